"""Small changes of C++ text, one at a time: what a mistake of a programmer could look like.

The text is not parsed. clang-format gives operators their spaces, so that patterns tell ` < ` from
`template <` and ` * ` from a pointer; what they get wrong does not compile, and such changes are not
counted. Comments, texts, preprocessor lines and assertions are left alone.
"""
import hashlib
import random
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    file: str
    kind: str
    start: int  # of the text that is replaced
    end: int
    text: str  # in its place
    line: int
    before: str  # the lines that change, as one
    after: str

    @property
    def name(self):
        return hashlib.sha256(f"{self.file}|{self.start}|{self.before}|{self.after}".encode()).hexdigest()[:8]

    def apply(self, source):
        # Lines keep their numbers.
        newlines = source[self.start:self.end].count("\n") - self.text.count("\n")
        return source[:self.start] + self.text + "\n" * newlines + source[self.end:]


# Of what the tests cannot see: hints to the compiler, and checks that a release build leaves out.
UNSEEN = re.compile(r"\b(?:assert|static_assert|HWY_UNROLL|HWY_DASSERT|alignas|namespace|using|std::memory_order\w*)\b")
HIDDEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|^[ \t]*#(?:\\\n|[^\n])*', re.S | re.M)


def masked(source):
    """The source with blanks for all that is never changed; lengths and lines are the same."""
    blank = lambda match: re.sub(r"[^\n]", "\0", match.group())
    text = HIDDEN.sub(blank, source)
    for match in UNSEEN.finditer(text):
        end = text.find(";", match.start()) if match.group() in ("using", "namespace") else match.end()
        if match.end() < len(text) and text[match.end()] == "(":
            end = closing(text, match.end())
        if end < 0 or "{" in text[match.start():end]:
            continue
        text = text[:match.start()] + blank(re.match(r".*", text[match.start():end], re.S)) + text[end:]
    return text


def closing(text, position):
    """One past the bracket that closes the one at `position`, or -1."""
    depth = 0
    for i in range(position, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i + 1
    return -1


def statement_end(text, position):
    """One past the semicolon of the statement at `position`, or -1 if it has a block."""
    depth = 0
    for i in range(position, len(text)):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth < 0:
                return -1
        elif text[i] == ";" and depth == 0:
            return i + 1
    return -1


# Operators with a space on each side, and what stands there instead.
BINARY = {
    "comparison": {"<": ["<=", ">="], ">": [">=", "<="], "<=": ["<", ">"], ">=": [">", "<"], "==": ["!="],
                   "!=": ["=="]},
    "arithmetic": {"+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"]},
    "bits": {"&": ["|"], "|": ["&"], "^": ["&"], "<<": [">>"], ">>": ["<<"]},
    "logic": {"&&": ["||"], "||": ["&&"]},
    "assignment": {"+=": ["-=", "="], "-=": ["+=", "="], "*=": ["/=", "="], "/=": ["*=", "="], "|=": ["&="],
                   "&=": ["|="], "<<=": [">>="], ">>=": ["<<="]},
}
# Names of functions, those of Highway's vectors among them: they are the operators of kernels.
CALLS = [
    {"std::min": ["std::max"], "std::max": ["std::min"], "HWY_MIN": ["HWY_MAX"], "HWY_MAX": ["HWY_MIN"],
     "std::abs": [""], "std::sqrt": [""], "std::floor": ["std::ceil"], "std::ceil": ["std::floor"],
     "std::round": ["std::floor"], "std::lround": ["static_cast<long>"], "std::isfinite": ["!std::isfinite"]},
    {"hn::" + name: ["hn::" + other for other in others] for name, others in {
        "Add": ["Sub"], "Sub": ["Add"], "Mul": ["Add"], "Div": ["Mul"], "Min": ["Max"], "Max": ["Min"],
        "MulAdd": ["NegMulAdd", "MulSub"], "MulSub": ["MulAdd"], "NegMulAdd": ["MulAdd"], "Lt": ["Le", "Gt"],
        "Le": ["Lt"], "Gt": ["Ge", "Lt"], "Ge": ["Gt"], "And": ["Or"], "Or": ["And"], "Xor": ["Or"],
        "InterleaveLower": ["InterleaveUpper"], "InterleaveUpper": ["InterleaveLower"],
        "ConcatLowerLower": ["ConcatUpperUpper"], "ConcatUpperUpper": ["ConcatLowerLower"],
        "ConcatEven": ["ConcatOdd"], "ConcatOdd": ["ConcatEven"], "LowerHalf": ["UpperHalf"],
        "UpperHalf": ["LowerHalf"], "ShiftLeft": ["ShiftRight"], "ShiftRight": ["ShiftLeft"],
        "SumOfLanes": ["MaxOfLanes"], "PromoteLowerTo": ["PromoteUpperTo"]}.items()},
]
NUMBER = re.compile(r"(?<![\w.])(?:0x[0-9a-fA-F.]+p[-+]?\d+f?|\d+\.\d*(?:e[-+]?\d+)?f?|\d+e[-+]?\d+f?|\d+[uU]?)(?![\w.])")
# A target without spaces, so that `float x = 0` is none, and a call.
ASSIGNS = re.compile(r"\*?[\w.:>\[\]()*+ -]*?[\w\])] (?:[-+*/|&]|<<|>>)?= ")
CALL = re.compile(r"(?!HWY_|DFN_TRY)[A-Za-z_][\w:.\[\]]*(?:->[\w.]+)*\(")
TYPED = re.compile(r"(?:const|constexpr|static|auto|return|case|if|for|while|switch|else|delete|using)\b|[\w:<>]+[*&]? [*&]?\w")


def changes(text):
    """Yields (kind, start, end, replacements) for masked text."""
    for kind, table in BINARY.items():
        for operator, others in table.items():
            for match in re.finditer(rf"(?<= ){re.escape(operator)}(?=\s)", text):
                yield kind, match.start(), match.end(), others
    for kind, table in zip(("function", "vector"), CALLS):
        for name, others in table.items():
            for match in re.finditer(rf"(?<![\w:]){re.escape(name)}(?=[<(])", text):
                yield kind, match.start(), match.end(), others
    for match in re.finditer(r"\+\+|--", text):
        yield "step", match.start(), match.end(), ["--" if match.group() == "++" else "++"]
    for match in re.finditer(r"(?<![\w!])!(?=[\w(])", text):
        yield "not", match.start(), match.end(), [""]
    for match in re.finditer(r"\b(?:true|false)\b", text):
        yield "truth", match.start(), match.end(), ["false" if match.group() == "true" else "true"]
    for match in NUMBER.finditer(text):
        yield "number", match.start(), match.end(), other_numbers(match.group())
    for match in re.finditer(r"\b(if|while)( constexpr)? \(", text):
        end = closing(text, match.end() - 1)
        if end > 0:
            yield "condition", match.end(), end - 1, ["false"] if match.group(1) == "while" else ["true", "false"]
    yield from statements(text)


def other_numbers(number):
    if "." in number or "p" in number or "e" in number.lower() and not number.startswith("0x"):
        suffix = "f" if number.endswith("f") else ""
        zero = not re.search(r"[1-9a-fA-F]", re.sub(r"[ep].*|f$", "", number.replace("0x", "")))
        return ["1.0" + suffix] if zero else [f"({number} * 1.5{suffix})"]
    suffix = number.lstrip("0123456789")
    value = int(number[:len(number) - len(suffix)])
    return [f"{value + 1}{suffix}"] + ([f"{value - 1}{suffix}"] if value > 0 else [])


def statements(text):
    starts = [match.end() for match in re.finditer(r"(?<=[;{}:\n\0])\n[ ]{2,}(?=\S)", text)]
    for match in re.finditer(r"\b(?:for|if|while)(?: constexpr)? \(", text):
        end = closing(text, match.end() - 1)
        if end > 0 and text[end:end + 1].isspace():
            starts.append(end + len(text[end:]) - len(text[end:].lstrip()))
    for start in sorted(set(starts)):
        end = statement_end(text, start)
        if end < 0 or text[start] in "{}":
            continue
        body = text[start:end]
        if re.match(r"return \S", body):
            if body not in ("return {};", "return false;", "return true;", "return nullptr;"):
                yield "return", start, end, ["return {};"]
        elif body in ("return;", "break;", "continue;"):
            yield "statement", start, end, [";"]
        elif not TYPED.match(body) and (ASSIGNS.match(body) or CALL.match(body)) or re.match(r"DFN_CHECK\(", body):
            yield "statement", start, end, [";"]


def mutants_of(file, source):
    """Every mutant of a file, in a fixed order."""
    text = masked(source)
    found = []
    for kind, start, end, others in changes(text):
        first = source.rfind("\n", 0, start) + 1
        last = source.find("\n", end)
        for other in others:
            before = source[first:last]
            after = source[first:start] + other + source[end:last]
            found.append(Mutant(file, kind, start, end, other, source.count("\n", 0, start) + 1,
                                " ".join(before.split()), " ".join(after.split())))
    return sorted(found, key=lambda m: (m.start, m.end, m.text))


def draw(sources, seed):
    """Yields all mutants of {file: source} in an order by `seed`: one of each file, then a second one
    of each, and so on. Within a file first a kind is drawn, so that numbers, of which there are most,
    are not most of the mutants."""
    chance = random.Random(seed)
    files = sorted(sources)
    chance.shuffle(files)
    left = {file: mutants_of(file, sources[file]) for file in files}
    while any(left.values()):
        for file in files:
            if not left[file]:
                continue
            kind = chance.choice(sorted({mutant.kind for mutant in left[file]}))
            mutant = chance.choice([mutant for mutant in left[file] if mutant.kind == kind])
            # One mutant of a place is enough.
            left[file] = [m for m in left[file] if (m.start, m.end) != (mutant.start, mutant.end)]
            yield mutant
