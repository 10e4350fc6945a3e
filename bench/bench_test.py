#!/usr/bin/env python3
"""bench_test.py PEER MODEL: the parts of the comparison that need no peer, and the rules that all
peers follow, on this project's own (PEER is bench_deepfilter)."""

import array
import math
import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE / "peers")]

import compare  # noqa: E402
import harness  # noqa: E402
import report  # noqa: E402
from peer_process import PeerError, PeerProcess  # noqa: E402
from run import Entry  # noqa: E402
from signals import read_signal, snr_db, snr_text  # noqa: E402
from speech import aims, outcome  # noqa: E402

PEER, MODEL = sys.argv[1:3]


class SignalsTest(unittest.TestCase):
    def test_snr_counts_what_both_have_behind_the_delay(self):
        reference = array.array("f", [1.0, -2.0, 4.0])
        late = array.array("f", [9.0, 9.0, 1.1, -2.2, 4.4])
        self.assertAlmostEqual(snr_db(reference, late, 2), 20.0, places=4)
        self.assertEqual(snr_db(reference, reference), math.inf)
        self.assertEqual(snr_text(math.inf), "same samples")


class SummaryTest(unittest.TestCase):
    def test_percentiles_are_times_that_occurred(self):
        summary = harness.summary(range(200, 0, -1))
        self.assertEqual(summary["calls"], 200)
        self.assertEqual((summary["min"], summary["median"]), (1, 100))
        self.assertEqual((summary["p99"], summary["max"]), (198, 200))
        self.assertEqual(summary["mean"], 100.5)
        self.assertEqual(harness.summary([7.0])["p99"], 7.0)

    def test_measure_calls_at_least_once_and_prepares_untimed(self):
        calls = []
        result = harness.measure(lambda: calls.append(1), 4, 0.0, 0.0, lambda: calls.append(0))
        self.assertEqual(calls, [0, 1])
        self.assertEqual((result["calls"], result["frames"]), (1, 4))


class EntryTest(unittest.TestCase):
    def test_a_ratio_is_the_median_of_the_rounds_ratios(self):
        def entry(medians):
            made = Entry("", None, "live")
            made.rounds = [{"median": m, "min": m / 2, "p99": 2 * m} for m in medians]
            return made

        # In the second round the machine was slow.
        base, peer = entry([1.0, 10.0, 1.0]), entry([2.0, 30.0, 4.0])
        self.assertEqual(peer.ratio_to(base), 3.0)
        self.assertEqual((base.median(), base.best(), base.p99()), (1.0, 0.5, 2.0))


class CompareTest(unittest.TestCase):
    @staticmethod
    def line(old, new):
        made = compare.Line("f32", "live", None, None)
        made.rounds = [
            ({"median": o, "min": o / 2}, {"median": n, "min": n / 2}) for o, n in zip(old, new)
        ]
        return made

    def test_a_ratio_is_that_of_rounds_and_not_of_times(self):
        # In the second round the machine was slow.
        line = self.line([2.0, 20.0, 2.0], [1.0, 10.0, 1.0])
        self.assertEqual((line.ratio(), line.spread(), line.best_ratio()), (2.0, (2.0, 2.0), 2.0))
        self.assertFalse(line.is_loss(0.02))
        self.assertNotIn("LOSS", line.text(0.02))

    def test_only_what_most_rounds_and_the_best_times_say_is_a_loss(self):
        slower = self.line([10.0] * 8, [10.5] * 8)
        self.assertTrue(slower.is_loss(0.02))
        self.assertIn("LOSS", slower.text(0.02))
        self.assertFalse(slower.is_loss(0.06))
        # Half of the rounds are no worse.
        self.assertFalse(self.line([10.0] * 8, [10.5, 9.9] * 4).is_loss(0.02))
        # The best time is as good.
        self.assertFalse(self.line([10.0] * 8, [10.5] * 7 + [10.0]).is_loss(0.02))

    def test_a_single_round_has_no_spread(self):
        self.assertEqual(self.line([3.0], [2.0]).spread(), (1.5, 1.5))


class ReportTest(unittest.TestCase):
    def test_folders_of_this_machine_stay_out(self):
        text = "dfn3 from /home/me/.cache/dfn3.tar.gz; GB/s; `docs/performance.md`"
        self.assertEqual(
            report.FOLDERS.sub("", text), "dfn3 from dfn3.tar.gz; GB/s; `docs/performance.md`"
        )


class OutcomeTest(unittest.TestCase):
    """What bench/quality.py makes of cases."""

    @staticmethod
    def case(name, way="file", group="level", **measures):
        return {
            "model": "dfn3", "group": group, "row": "-50 dBFS", "name": name, "mix": "mix", "way": way,
            "gain_db": 0.0, "same": True, "windows": {"whole": measures},
        }  # fmt: skip

    def test_a_row_that_got_worse_beyond_its_bound_is_a_loss(self):
        then = [self.case("a", pesq=3.0, spread_db=1.0), self.case("b", pesq=3.0)]
        self.assertEqual(outcome.losses(then, then), [])
        # One clip may lose what another one gains.
        moved = [self.case("a", pesq=2.9, spread_db=1.0), self.case("b", pesq=3.1)]
        self.assertEqual(outcome.losses(moved, then), [])
        (sentence,) = outcome.losses([self.case("a", pesq=2.9, spread_db=0.0)], then)
        self.assertIn("pesq is worse by 0.100", sentence)
        (sentence,) = outcome.losses([self.case("a", pesq=3.5, spread_db=2.5)], then)
        self.assertIn("spread_db is worse by 1.500", sentence)

    def test_a_baseline_of_other_sounds_is_an_error(self):
        with self.assertRaises(PeerError):
            outcome.losses([self.case("a", pesq=3.0)], [self.case("z", pesq=3.0)])

    def test_what_is_written_is_read_and_what_is_not_ours_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "run.json"
            outcome.write(path, {}, [self.case("a", pesq=3.0)])
            self.assertEqual(outcome.read(path), [self.case("a", pesq=3.0)])
            for content in ("", "[]", "{}", '{"format": 99, "cases": []}'):
                path.write_text(content)
                with self.assertRaises(PeerError):
                    outcome.read(path)

    def test_shortfall_is_told_against_the_best_gain_of_the_same_mix(self):
        cases = [
            self.case("mix -4", "gain", "best", si_sdr_db=9.0, pesq=2.0),
            self.case("mix +4", "gain", "best", si_sdr_db=12.0, pesq=1.9),
            self.case("mix", si_sdr_db=10.5, pesq=1.98),
        ]
        found = aims.shortfalls(cases, "dfn3", "file")
        self.assertEqual(found["-50 dBFS", "si_sdr_db"], [1.5])
        self.assertAlmostEqual(found["-50 dBFS", "pesq"][0], 0.02)
        table = aims.tables(cases)
        self.assertIn("1.5, 1.5, 0 % |", table)
        self.assertIn("0.02, 0.02, 100 % |", table)

    def test_steps_are_told_against_keep_and_then_the_best_gain(self):
        cases = [self.case("mix -4", "gain", "best", si_sdr_db=12.0, pesq=2.0)]
        for way, soon, later in (("keep", 8.0, 9.0), ("pipe", 7.5, 11.0)):
            case = self.case("mix", way, "step", si_sdr_db=later, pesq=2.0)
            case["windows"]["next 3 s"] = {"si_sdr_db": soon, "pesq": 1.5}
            cases.append(case)
        line = "| -50 dBFS | 0.5, 0.5 | 3.0, 3.0 | 1.0, 1.0 | 0.00, 0.00 | 0.00, 0.00 | 0.00, 0.00 |"
        self.assertIn(line, aims.tables(cases))

    def test_noise_is_told_by_name_and_where_bits_differ(self):
        cases = []
        for name, same in (("hiss", True), ("babble", False)):
            for way in ("keep", "file", "pipe"):
                values = {"removed_db": 30.0, "least_db": 20.0, "spread_db": 4.0}
                case = self.case(name, way, "noise", **values)
                cases.append(case | {"same": way == "file" or way == "pipe" and same})
        table = aims.tables(cases)
        self.assertIn("| babble, pipe | 30, 20, 4 |", table)
        self.assertNotIn("| babble, file", table)
        self.assertNotIn("| hiss, pipe", table)

    def test_ordinary_levels_are_told_by_how_many_keep_their_bits(self):
        case = self.case("a", "pipe", "zone")
        cases = [case, case | {"name": "b", "same": False}, self.case("a", "file", "zone")]
        self.assertIn("| -50 dBFS | 1 of 1 / 1 of 2 |", aims.tables(cases))


class PeerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.sound = pathlib.Path(self.folder.name) / "sound.f32"
        samples = array.array("f", (0.3 * math.sin(0.01 * i * (1 + i % 5)) for i in range(24000)))
        self.sound.write_bytes(samples.tobytes())

    def start(self, *arguments):
        peer = PeerProcess([PEER, *arguments])
        self.addCleanup(peer.close)
        return peer

    def output(self, peer, mode):
        path = pathlib.Path(self.folder.name) / mode
        self.assertEqual(peer.ask("output", path, mode)["samples"], 24000)
        return read_signal(path)

    def test_every_mode_gives_the_same_samples_and_times_each_call(self):
        peer = self.start(MODEL, "f32", "reference", self.sound)
        self.assertGreater(peer.delay_samples, 0)
        live = self.output(peer, "live")
        self.assertGreater(max(live), 0.0)
        for mode, frames in (("live", 1), ("file", 64), ("streams64", 64)):
            times = peer.measure(mode, 0.01)
            self.assertEqual(times["frames"], times["calls"] * frames)
            self.assertTrue(0 < times["min"] <= times["median"] <= times["p99"] <= times["max"])
            self.assertEqual(self.output(peer, mode), live)

    def test_sleep_is_not_counted(self):
        peer = self.start(MODEL, "f32", "reference", self.sound)
        self.assertLess(peer.measure("live", 0.1, 20.0)["min"], 20000.0)

    def test_features_come_out_and_answers_to_them_go_back_in(self):
        peer = self.start(MODEL, "f32", "reference", self.sound)
        folder = pathlib.Path(self.folder.name)
        frames = peer.ask("features", folder)["frames"]
        bands = len(read_signal(folder / "feat_erb.f32")) // frames
        bins = len(read_signal(folder / "feat_spec.f32")) // frames // 2
        path = folder / "replayed"
        outputs = []
        for tap in (0.0, 1.0):
            gains = array.array("f", [tap] * (frames * bands))
            # The size allows for any filter order that the model may have.
            coefs = array.array("f", [tap] * (frames * bins * 2 * 16))
            (folder / "gains.f32").write_bytes(gains.tobytes())
            (folder / "coefs.f32").write_bytes(coefs.tobytes())
            self.assertEqual(peer.ask("replay", folder, path)["samples"], 24000)
            outputs.append(read_signal(path))
        self.assertEqual(max(map(abs, outputs[0])), 0.0)
        self.assertGreater(max(map(abs, outputs[1])), 0.1)

    def test_what_cannot_be_done_is_an_error(self):
        with self.assertRaises(PeerError):
            self.start(MODEL, "f32", "reference", self.sound).ask("dance")
        with self.assertRaises(PeerError):
            PeerProcess([PEER, "missing", "f32", "reference", self.sound])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
