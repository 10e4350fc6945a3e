#!/usr/bin/env python3
"""quality_test.py PROGRAM: the measures of quality, and the light form of its regression, which hears
a voice and a noise that it makes itself. Needs numpy and the official model dfn3."""

import os
import pathlib
import sys
import tempfile
import unittest

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

import prepare  # noqa: E402
from peer_process import PeerError  # noqa: E402
from speech import makers, measures, runner, sounds  # noqa: E402
from speech.cases import Plan  # noqa: E402
from speech.makers import RATE_HZ  # noqa: E402
from speech.regression import measured  # noqa: E402
from weight_bits import rounded  # noqa: E402

PROGRAM = sys.argv[1]
MODEL = "dfn3"
# A file's gain comes from an estimate of the level that noise and pauses move by a few dB, to which the
# network is nearly indifferent; a pipe misses the first word, from which on it may still recover.
FILE_LOSS_DB = 1.0
PIPE_LOSS_DB = 2.0
# Without any gain the network takes the voice at -50 dBFS for noise: it loses 30 dB.
LEAST_GAIN_DB = 10.0


class WeightBitsTest(unittest.TestCase):
    ROWS = np.random.default_rng(1).standard_normal((6, 70)).astype(np.float32)

    def test_integers_are_at_most_half_a_step_away(self):
        for bits in (8, 6, 4):
            back, size = rounded(self.ROWS, str(bits))
            step = np.max(np.abs(self.ROWS), axis=1, keepdims=True) / (2 ** (bits - 1) - 1)
            self.assertTrue(np.all(np.abs(back - self.ROWS) <= 0.5001 * step))
            self.assertTrue(all(len(np.unique(row)) < 2**bits for row in back))
            self.assertEqual(size, 6 * 70 * bits / 8 + 6 * 4)

    def test_a_scale_for_a_few_weights_is_nearer_and_larger(self):
        (whole, small), (groups, large) = rounded(self.ROWS, "4"), rounded(self.ROWS, "4/32")
        errors = [np.sum(np.square(back - self.ROWS)) for back in (whole, groups)]
        self.assertLess(errors[1], errors[0])
        self.assertEqual(large - small, 6 * 3 * 2 - 6 * 4)

    def test_float32_stays(self):
        self.assertIs(rounded(self.ROWS, None)[0], self.ROWS)


class MeasuresTest(unittest.TestCase):
    def test_si_sdr_is_the_ratio_that_was_mixed_whatever_level_and_offset(self):
        speech, noise = makers.voice(3), makers.white(3)
        noise -= speech * (speech @ noise / (speech @ speech))
        mix = speech + makers.at_level(noise, makers.level_db(speech) - 12)
        self.assertAlmostEqual(measures.si_sdr_db(speech, 0.3 * mix + 0.2), 12.0, delta=0.1)

    def test_residual_tells_steady_from_pumping(self):
        noise = makers.white(8)
        steady = measures.residual(noise, 0.01 * noise, RATE_HZ)
        self.assertAlmostEqual(steady["removed_db"], 40.0, delta=0.01)
        self.assertAlmostEqual(steady["spread_db"], 0.0, delta=0.01)
        gain = np.where(np.arange(len(noise)) // RATE_HZ % 2, 0.1, 0.01)
        pumping = measures.residual(noise, gain * noise, RATE_HZ)
        self.assertAlmostEqual(pumping["least_db"], 20.0, delta=0.2)
        self.assertAlmostEqual(pumping["spread_db"], 10.0, delta=0.2)

    def test_silence_is_judged_and_is_no_error(self):
        speech = makers.voice(3)
        self.assertLess(measures.si_sdr_db(speech, np.zeros_like(speech)), 1.0)
        self.assertGreater(measures.residual(speech, np.zeros_like(speech), RATE_HZ)["removed_db"], 90.0)

    def test_a_sound_file_keeps_its_samples(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.wav"
            sound = makers.white(0.1).astype(np.float32)
            runner.write_wav(path, sound, 44100)
            self.assertTrue(np.array_equal(runner.read_wav(path), sound))


class SoundsTest(unittest.TestCase):
    def test_short_clips_are_joined_and_collections_take_turns(self):
        clips = [(f"{name}_{i}", makers.white(2.5), 48000) for name in ("a", "b") for i in range(4)]
        names = [name for name, _, _ in sounds.joined(clips)]
        self.assertEqual(names, ["a_1", "b_1", "a_3", "b_3"])


class LightRegressionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            prepare.archive(MODEL)
        except PeerError as absent:
            if os.environ.get("CI") and MODEL not in os.environ.get("DEEPFILTER_ABSENT_MODELS", "").split():
                raise
            raise unittest.SkipTest(f"NOT TESTED: {absent}") from absent
        heard = sounds.synthetic()
        heard.noise = heard.noise[:1]
        with tempfile.TemporaryDirectory() as folder:
            program = runner.Program(PROGRAM, MODEL, pathlib.Path(folder), 2)
            cases = Plan(heard, 1, quick=True).cases(["zone", "level", "noise"])
            cls.found = {
                (line["row"], line["way"]): line for line in measured(program, cases, 1, light=True)
            }

    def si_sdr(self, row, way, window="whole"):
        return self.found[row, way]["windows"][window]["si_sdr_db"]

    def test_quiet_speech_is_as_good_as_ordinary_speech(self):
        for snr in ("5 dB", "clean"):
            ordinary, quiet = f"-20 dBFS, {snr}", f"-50 dBFS, {snr}"
            best = self.si_sdr(ordinary, "file")
            self.assertGreater(best, self.si_sdr(quiet, "keep") + LEAST_GAIN_DB)
            self.assertGreater(self.si_sdr(quiet, "file"), best - FILE_LOSS_DB)
            best = self.si_sdr(ordinary, "pipe", "later")
            self.assertGreater(self.si_sdr(quiet, "pipe", "later"), best - PIPE_LOSS_DB)

    def test_ordinary_speech_keeps_its_bits(self):
        for snr in ("5 dB", "clean"):
            for way in ("file", "pipe"):
                self.assertTrue(self.found[f"-20 dBFS, {snr}", way]["same"])
        for snr in ("10 dB", "clean"):
            for way in ("file", "pipe"):
                for level in (-26, -16):
                    self.assertTrue(self.found[f"{level} dBFS, {snr}", way]["same"])

    def test_steady_noise_is_never_raised(self):
        for row in ("-50 dBFS", "-20 dBFS"):
            for way in ("file", "pipe"):
                self.assertTrue(self.found[row, way]["same"])
                self.assertGreater(self.found[row, way]["windows"]["whole"]["removed_db"], 20.0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
