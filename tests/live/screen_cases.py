"""Cases of the screen on a terminal."""

import os

from live_context import need
from servers import Failed, Pipewire, Player, wait_for
from terminal import Terminal


def case_screen(context):
    need(*Pipewire.PROGRAMS)
    folder = context.new_folder("screen")
    with Pipewire(folder, 512) as pipewire:
        player = Player(pipewire, context.sound_file, folder / "play.log")
        for columns, rows, colours, utf8 in ((80, 24, "dark", True), (200, 60, "light", True), (80, 24, "none", False)):
            environment = dict(pipewire.environment)
            os.chdir(folder)
            screen = Terminal([context.deepfilter, "live", "--colours", colours], environment, columns, rows, utf8)
            for part in ("deepfilter live", "Test microphone", "Test speaker", "noise taken", "local SNR", "level gain", "cpu",
                         "missed", "delay", "before", "after", "q end"):
                screen.watch_for(part)
            text = screen.text()
            if not utf8 and not text.isascii():
                raise Failed("signs beyond ASCII on a terminal without UTF-8")
            if utf8 and "\u2580" not in text:
                raise Failed("no picture of blocks")
            if (colours == "none") != (not any(38 in style or 48 in style for style in screen.styles())):
                raise Failed(f"colours {colours}: {screen.styles()}")
            if screen.page != 2 or screen.cursor_shown:
                raise Failed("the screen has no page of its own, or shows the cursor")
            screen.press("b")
            screen.watch_for("BYPASS")
            screen.press("b-")
            screen.watch_for("limit 60 dB")
            screen.press("p?")
            screen.watch_for("hear the sound as it is")
            screen.press("?r")
            screen.watch_for("REC")
            screen.resize(100, 30)
            # The last line of the new size is drawn last.
            wait_for("the screen of the new size", lambda: screen.watch(0.1) or "q end" in screen.text().split("\n")[-1])
            screen.press("r")
            screen.watch_for("recording off")
            screen.press("q")
            status = screen.finish()
            if status != 0 or screen.page != 1 or not screen.cursor_shown:
                raise Failed(f"the terminal is not put back: status {status}, page {screen.page}")
        player.wait()
        if len(list(folder.glob("deepfilter-*.wav"))) != 3:
            raise Failed("a key did not record")
    print("the screen: good")
