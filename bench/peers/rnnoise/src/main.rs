//! RNNoise (the crate nnnoiseless) under the rules of `bench/peers/harness.h`: bench_rnnoise SOUND

use nnnoiseless::DenoiseState;
use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

const HOP: usize = DenoiseState::FRAME_SIZE;
/// RNNoise takes samples on the scale of 16-bit integers.
const SCALE: f32 = 32768.0;

struct Player {
    state: Box<DenoiseState<'static>>,
    sound: Vec<f32>,
    position: usize,
}

impl Player {
    fn measure(&mut self, seconds: f64, sleep_ms: f64) -> String {
        let mut input = [0.0f32; HOP];
        let mut output = [0.0f32; HOP];
        let mut times: Vec<f64> = Vec::new();
        let start = Instant::now();
        loop {
            for sample in input.iter_mut() {
                *sample = self.sound[self.position];
                self.position = (self.position + 1) % self.sound.len();
            }
            if sleep_ms > 0.0 {
                std::thread::sleep(Duration::from_secs_f64(1e-3 * sleep_ms));
            }
            let before = Instant::now();
            self.state.process_frame(&mut output, &input);
            times.push(1e6 * before.elapsed().as_secs_f64());
            if start.elapsed().as_secs_f64() >= seconds {
                break;
            }
        }
        std::hint::black_box(&output);
        summary(times)
    }

    fn output(&mut self, path: &str) -> String {
        self.state = DenoiseState::new();
        let mut input = [0.0f32; HOP];
        let mut output = [0.0f32; HOP];
        let mut bytes: Vec<u8> = Vec::new();
        for hop in self.sound.chunks(HOP) {
            input.fill(0.0);
            input[..hop.len()].copy_from_slice(hop);
            self.state.process_frame(&mut output, &input);
            for sample in &output[..hop.len()] {
                bytes.extend((sample / SCALE).to_le_bytes());
            }
        }
        match std::fs::write(path, &bytes) {
            Ok(()) => format!("{{\"samples\": {}}}", bytes.len() / 4),
            Err(_) => "{\"error\": \"cannot write the output\"}".to_string(),
        }
    }
}

/// A percentile p is the smallest time that p % of them do not exceed.
fn summary(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |percent: f64| {
        let rank = (percent / 100.0 * times.len() as f64).ceil().max(1.0);
        times[rank as usize - 1]
    };
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    format!(
        "{{\"calls\": {0}, \"frames\": {0}, \"min\": {1}, \"median\": {2}, \"p99\": {3}, \
         \"max\": {4}, \"mean\": {5}}}",
        times.len(),
        times[0],
        at(50.0),
        at(99.0),
        times[times.len() - 1],
        mean
    )
}

fn read_sound(path: &str) -> std::io::Result<Vec<f32>> {
    let bytes = std::fs::read(path)?;
    Ok(bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]) * SCALE)
        .collect())
}

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let sound = match read_sound(&path) {
        Ok(sound) if sound.len() >= HOP => sound,
        _ => {
            eprintln!("usage: bench_rnnoise SOUND (raw float32, a hop at least)");
            std::process::exit(1);
        }
    };
    let mut player = Player { state: DenoiseState::new(), sound, position: 0 };
    let mut out = std::io::stdout();
    // The overlap of its transforms delays RNNoise by one hop.
    let ready = format!(
        "{{\"name\": \"RNNoise\", \"version\": \"nnnoiseless 0.5.2\", \"delay_samples\": {HOP}, \
         \"modes\": [\"live\"]}}"
    );
    let mut say = |line: &str| {
        let _ = writeln!(out, "{line}");
        let _ = out.flush();
    };
    say(&ready);
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words.as_slice() {
            ["measure", "live", seconds, sleep_ms] => {
                match (seconds.parse::<f64>(), sleep_ms.parse::<f64>()) {
                    (Ok(seconds), Ok(sleep_ms)) => player.measure(seconds, sleep_ms),
                    _ => "{\"error\": \"not a number\"}".to_string(),
                }
            }
            ["output", path] => player.output(path),
            _ => "{\"error\": \"not a command of this program\"}".to_string(),
        };
        say(&answer);
    }
}
