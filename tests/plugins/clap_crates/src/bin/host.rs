// Hosts a plugin by the crate clack-host: lists its parameters, takes its state to a second instance
// and back, and runs a sound through it on a thread of its own.
//
//   host PLUGIN ID CHANNELS ATTENUATION_LIMIT INPUT OUTPUT
//
// INPUT and OUTPUT hold 32-bit floats, channel after channel, at 48 kHz.
use clack_extensions::latency::PluginLatency;
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_extensions::state::PluginState;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use std::error::Error;
use std::ffi::CString;
use std::io::Cursor;

const BLOCK: usize = 512;

struct Shared;

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

struct Host;

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

type Failure = Box<dyn Error>;

fn make(entry: &PluginEntry, id: &CString) -> Result<PluginInstance<Host>, Failure> {
    let info = HostInfo::new("clack", "", "", "1")?;
    Ok(PluginInstance::<Host>::new(|_| Shared, |_| (), entry, id, &info)?)
}

// Id and value of each parameter.
fn values(plugin: &mut PluginInstance<Host>, print: bool) -> Vec<(ClapId, f64)> {
    let handle = plugin.plugin_handle();
    let params: PluginParams = handle.get_extension().expect("params");
    let mut found = Vec::new();
    for index in 0..params.count(&handle) {
        let mut buffer = ParamInfoBuffer::new();
        let info = params.get_info(&handle, index, &mut buffer).expect("a parameter");
        let value = params.get_value(&handle, info.id).expect("a value");
        let mut text = [0u8; 64];
        let text = params.value_to_text(&handle, info.id, value, &mut text).expect("a text");
        if print {
            let name = String::from_utf8_lossy(info.name);
            let text = String::from_utf8_lossy(text);
            println!("{}: {} ({} to {})", name, text, info.min_value, info.max_value);
        }
        found.push((info.id, value));
    }
    found
}

fn saved(plugin: &mut PluginInstance<Host>) -> Result<Vec<u8>, Failure> {
    let handle = plugin.plugin_handle();
    let state: PluginState = handle.get_extension().expect("state");
    let mut bytes = Vec::new();
    state.save(&handle, &mut bytes)?;
    Ok(bytes)
}

fn load(plugin: &mut PluginInstance<Host>, bytes: &[u8]) -> Result<(), Failure> {
    let handle = plugin.plugin_handle();
    let state: PluginState = handle.get_extension().expect("state");
    Ok(state.load(&handle, &mut Cursor::new(bytes))?)
}

fn run(plugin: &mut PluginInstance<Host>, sound: &mut [Vec<f32>], limit: f64) -> Result<(), Failure> {
    let config = PluginAudioConfiguration {
        sample_rate: 48_000.0,
        min_frames_count: 1,
        max_frames_count: BLOCK as u32,
    };
    let processor = plugin.activate(|_, _| (), config)?;
    let handle = plugin.plugin_handle();
    let latency: PluginLatency = handle.get_extension().expect("latency");
    println!("latency {}", latency.get(&handle));
    let channels = sound.len();
    let samples = sound[0].len();
    let processor = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let mut processor = processor.start_processing().expect("start");
                let mut in_ports = AudioPorts::with_capacity(channels, 1);
                let mut out_ports = AudioPorts::with_capacity(channels, 1);
                for begin in (0..samples).step_by(BLOCK) {
                    let end = (begin + BLOCK).min(samples);
                    let id = ClapId::new(1);
                    let change = [ParamValueEvent::new(0, id, Pckn::match_all(), limit)];
                    let none: [ParamValueEvent; 0] = [];
                    let events = if begin == 0 {
                        InputEvents::from_buffer(&change)
                    } else {
                        InputEvents::from_buffer(&none)
                    };
                    let mut answers = EventBuffer::new();
                    let mut input: Vec<Vec<f32>> =
                        sound.iter().map(|c| c[begin..end].to_vec()).collect();
                    let from = in_ports.with_input_buffers([AudioPortBuffer {
                        latency: 0,
                        channels: AudioPortBufferType::f32_input_only(
                            input.iter_mut().map(|c| InputChannel::variable(c)),
                        ),
                    }]);
                    let mut to = out_ports.with_output_buffers([AudioPortBuffer {
                        latency: 0,
                        channels: AudioPortBufferType::f32_output_only(
                            sound.iter_mut().map(|c| &mut c[begin..end]),
                        ),
                    }]);
                    let mut answers = OutputEvents::from_buffer(&mut answers);
                    processor
                        .process(&from, &mut to, &events, &mut answers, None, None)
                        .expect("process");
                }
                processor.stop_processing()
            })
            .join()
            .expect("the audio thread")
    });
    plugin.deactivate(processor);
    Ok(())
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, id, channels, limit, input, output] = &arguments[..] else {
        return Err("usage: host PLUGIN ID CHANNELS ATTENUATION_LIMIT INPUT OUTPUT".into());
    };
    // SAFETY: the library is a plugin.
    let entry = unsafe { PluginEntry::load(path)? };
    let factory = entry.get_plugin_factory().ok_or("no factory")?;
    for descriptor in factory.plugin_descriptors() {
        println!("{:?} {:?}", descriptor.id().ok_or("no id")?, descriptor.version());
    }
    let id = CString::new(id.as_str())?;
    let mut plugin = make(&entry, &id)?;
    values(&mut plugin, true);

    let bytes = std::fs::read(input)?;
    let all: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    let samples = all.len() / channels.parse::<usize>()?;
    let mut sound: Vec<Vec<f32>> = all.chunks_exact(samples).map(<[f32]>::to_vec).collect();
    run(&mut plugin, &mut sound, limit.parse()?)?;

    let state = saved(&mut plugin)?;
    let mut other = make(&entry, &id)?;
    load(&mut other, &state)?;
    if values(&mut other, false) != values(&mut plugin, false) || saved(&mut other)? != state {
        return Err("the state has not come back the same".into());
    }
    if load(&mut other, b"something else").is_ok() {
        return Err("bytes that are no state were taken for one".into());
    }
    println!("state: {} bytes", state.len());

    let bytes: Vec<u8> = sound.concat().iter().flat_map(|x| x.to_le_bytes()).collect();
    std::fs::write(output, bytes)?;
    Ok(())
}
