"""Tests of the mutator itself, without a build."""
import itertools
import unittest

from mutate import draw, masked, mutants_of


def lines(source):
    return {mutant.after for mutant in mutants_of("a.cc", source)}


def function(body):
    return "void F() {\n  " + body + "\n}\n"


class MutateTest(unittest.TestCase):
    def test_operators_change(self):
        changed = lines(function("const int a = b < c && d != e;"))
        self.assertIn("const int a = b <= c && d != e;", changed)
        self.assertIn("const int a = b < c || d != e;", changed)
        self.assertIn("const int a = b < c && d == e;", changed)
        self.assertIn("hn::Sub(a, b);", lines(function("hn::Add(a, b);")))

    def test_numbers_change(self):
        self.assertIn("int a = 4;", lines(function("int a = 3;")))
        self.assertIn("int a = 2;", lines(function("int a = 3;")))
        self.assertIn("float a = 1.0f;", lines(function("float a = 0.0f;")))
        self.assertIn("float a = (0x1p-3f * 1.5f);", lines(function("float a = 0x1p-3f;")))
        self.assertEqual(lines(function("Use32(v16);")), {";"})

    def test_conditions_are_replaced_whole(self):
        changed = lines(function("if (a[f(b)] < c) return;"))
        self.assertIn("if (true) return;", changed)
        self.assertIn("if (false) return;", changed)
        self.assertIn("if (a[f(b)] < c) ;", changed)

    def test_statements_go_and_declarations_stay(self):
        self.assertIn(";", lines(function("a.b[1] += f(\n      c);")))
        self.assertIn("for (;;) ;", lines(function("for (;;) a->b = c;")))
        self.assertNotIn(";", lines(function("const Type a = b(c);")))
        self.assertNotIn(";", lines(function("Type* a = b;")))

    def test_comments_texts_and_checks_are_left_alone(self):
        for text in ("// a < 1", "/* a < 1 */", 'Type a{"1 < 2"};', "#if A < 1", "static_assert(A < 1);",
                     "assert(A < 1);", "HWY_UNROLL(8)"):
            self.assertEqual(lines(function(text)), set(), text)

    def test_templates_and_pointers_are_no_operators(self):
        self.assertEqual(lines("template <class T>\nvoid F(const T* a, T& b);\n"), set())

    def test_masking_keeps_places(self):
        source = "a; // b\n\"c\" /* d\n e */ f;\n"
        self.assertEqual([len(line) for line in masked(source).split("\n")], [len(line) for line in source.split("\n")])

    def test_a_mutant_keeps_the_numbers_of_lines(self):
        source = function("f(\n      1);\n  g();")
        for mutant in mutants_of("a.cc", source):
            self.assertEqual(mutant.apply(source).count("\n"), source.count("\n"), mutant)

    def test_the_seed_decides(self):
        sources = {"a.cc": function("a = 1 + 2 + 3;"), "b.cc": function("b = 1;"), "c.cc": function("c < d;")}
        self.assertEqual(list(draw(sources, 1)), list(draw(sources, 1)))
        orders = {tuple(mutant.name for mutant in draw(sources, seed)) for seed in range(10)}
        self.assertGreater(len(orders), 1)

    def test_files_take_turns(self):
        sources = {"a.cc": function("a = 1 + 2 + 3 + 4 + 5;"), "b.cc": function("b = 1;")}
        self.assertEqual({mutant.file for mutant in itertools.islice(draw(sources, 1), 2)}, set(sources))

    def test_no_place_is_drawn_twice(self):
        places = [(mutant.start, mutant.end) for mutant in draw({"a.cc": function("a = 1 + 2;")}, 1)]
        self.assertEqual(len(places), len(set(places)))


if __name__ == "__main__":
    unittest.main()
