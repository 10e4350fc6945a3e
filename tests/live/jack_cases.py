"""Cases with JACK."""

import contextlib
import os
import subprocess
import time

from live_context import DELAY_TOLERANCE_SAMPLES, LEAST_SNR_DB, attempts, need
from servers import RATE, Failed, Live, as_audio, find_shift, running, snr_db, wait_for


@contextlib.contextmanager
def jack(folder, block):
    need("jackd", "jack_lsp")
    name = f"deepfilter-{os.getpid()}-{block}"
    environment = dict(os.environ, JACK_DEFAULT_SERVER=name, JACK_NO_AUDIO_RESERVATION="1", JACK_NO_START_SERVER="1")
    command = as_audio(["jackd", "-n", name, "-R", "-P", "60", "-d", "dummy", "-r", RATE, "-p", block, "-C", 1, "-P", 2])
    with running(command, environment, folder / "jackd.log") as process:
        wait_for("JACK", lambda: "system:playback_2" in jack_ports(environment))
        yield environment, process


def jack_ports(environment):
    return subprocess.run(["jack_lsp", "-c"], env=environment, capture_output=True, text=True).stdout


def jack_block(context, block):
    folder = context.new_folder(f"jack-{block}")
    with jack(folder, block) as (environment, _):
        def once():
            recording = folder / "both.wav"
            with Live(context.deepfilter, ["--server", "jack", "--level", "keep", "-f", "--record", recording], environment,
                      folder) as live:
                live.wait_event("recording")
                ports = jack_ports(environment)
                # One channel is heard on both sides.
                for port in ("system:playback_1", "system:playback_2"):
                    if "deepfilter:output_1" not in ports[ports.index(port):].split("\n")[1]:
                        raise Failed(f"{port} is not connected:\n{ports}")
                time.sleep(0.2)
                missed = live.status()["missed_blocks"]
                loop = context.play_and_record(folder, environment, context.sound, "deepfilter:input_1",
                                               ["deepfilter:output_1"])
                time.sleep(0.2)
                status = live.stop()
            before, after = context.check_recording(recording)
            out = loop.channels[0]
            at = context.whole(before)
            if at is None:
                return "the sound did not come in whole"
            place = find_shift(after, out, at + len(context.sound) // 2)
            if place is None:
                return "the sound did not come out"
            expected = after[at:at + len(context.sound)]
            found = snr_db(expected, out[at + place:at + place + len(expected)])
            if found < LEAST_SNR_DB:
                return f"what came out differs: {found:.1f} dB"
            delay = at + place
            stated = status["delay_ms"]["denoiser"] * RATE / 1000
            print(f"  delay {1000 * delay / RATE:.2f} ms, stated {1000 * stated / RATE:.2f} ms, load {status['load']:.3f}")
            if abs(delay - stated) > DELAY_TOLERANCE_SAMPLES:
                raise Failed(f"the delay is {delay} samples, and {stated:.0f} are stated")
            if status["missed_blocks"] != missed:
                return f"{status['missed_blocks'] - missed} blocks were missed"
            return None

        attempts(f"JACK, {block} samples", once)


def case_jack_64(context):
    jack_block(context, 64)


def case_jack_256(context):
    jack_block(context, 256)


def case_jack_1024(context):
    jack_block(context, 1024)


def case_jack_restart(context):
    folder = context.new_folder("jack-restart")
    with jack(folder, 512) as (environment, server):
        with Live(context.deepfilter, ["--server", "jack"], environment, folder) as live:
            live.wait_event("started")
            server.terminate()
            server.wait(timeout=15)
            live.wait_event("lost")
            with jack(folder, 512):
                live.wait_event("back")
                wait_for("a state", lambda: not live.status()["lost"])
                blocks = live.status()["blocks"]
                wait_for("blocks", lambda: live.status()["blocks"] > blocks)
                live.stop()
    print("JACK's restart: good")
