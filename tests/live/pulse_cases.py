"""Cases with PulseAudio."""

import array
import contextlib
import os
import shutil
import subprocess
import time

from live_context import LEAST_SNR_DB, NotTested, attempts, need
from servers import RATE, Live, as_audio, find_shift, running, snr_db, wait_for


@contextlib.contextmanager
def pulse(folder):
    program = shutil.which(os.environ.get("DEEPFILTER_PULSEAUDIO", "pulseaudio"))
    if program is None:
        raise NotTested("not here: pulseaudio")
    need("paplay", "parec", "pactl")
    run = folder / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    environment = dict(os.environ, XDG_RUNTIME_DIR=str(run), HOME=str(folder), PULSE_RUNTIME_PATH=str(run / "pulse"),
                       PULSE_SERVER=f"unix:{run}/pulse/native")
    sink = "module-null-sink rate=48000 format=float32le channels=1 channel_map=mono sink_name="
    command = [program, "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
               "--realtime=no", "-L", sink + "test_speaker", "-L", sink + "test_room",
               "-L", "module-remap-source master=test_room.monitor source_name=test_microphone remix=no",
               "-L", f"module-native-protocol-unix socket={run}/pulse/native auth-anonymous=1"]
    with running(as_audio(command), environment, folder / "pulse.log") as process:
        wait_for("PulseAudio", lambda: "test_microphone" in pulse_list(environment))
        yield environment, process


def pulse_list(environment):
    return subprocess.run(["pactl", "list", "short", "sources"], env=environment, capture_output=True, text=True).stdout


def case_pulse(context):
    """Two clocks of one machine: the samples are the library's, wherever none had to be interpolated."""
    folder = context.new_folder("pulse")
    with pulse(folder) as (environment, process):
        def once():
            recording = folder / "both.wav"
            with Live(context.deepfilter,
                      ["--server", "pulse", "--level", "keep", "-f", "-i", "test_microphone", "-o", "test_speaker",
                       "--record", recording], environment, folder) as live:
                live.wait_event("recording")
                record = as_audio(["parec", "-d", "test_speaker.monitor", "--format=float32le", "--rate", RATE,
                                   "--channels=1", "--latency-msec=20", "--raw", folder / "out.f32"])
                with running(record, environment, folder / "record.log"):
                    time.sleep(1.0)
                    subprocess.run(as_audio(["paplay", "-d", "test_room", context.sound_file]), env=environment,
                                   timeout=60, check=True)
                    time.sleep(1.0)
                status = live.stop()
            before, after = context.check_recording(recording)
            at = context.whole(before)
            if at is None:
                return "the sound did not come in whole"
            out = array.array("f")
            data = (folder / "out.f32").read_bytes()
            out.frombytes(data[:len(data) // 4 * 4])
            place = find_shift(after, out, at + len(context.sound) // 2)
            if place is None:
                return "the sound did not come out"
            expected = after[at:at + len(context.sound)]
            found = snr_db(expected, out[at + place:at + place + len(expected)])
            print(f"  {found:.1f} dB, stated delay {status['delay_ms']}, ratio {status['clock_ratio']}")
            return None if found >= LEAST_SNR_DB else f"what came out differs: {found:.1f} dB"

        attempts("PulseAudio", once)
        with Live(context.deepfilter, ["--server", "pulse", "-i", "test_microphone", "-o", "test_speaker"], environment,
                  folder) as live:
            live.wait_event("started")
            process.kill()
            live.wait_event("lost")
            live.stop()
    print("PulseAudio's death: good")
