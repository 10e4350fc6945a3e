// Prints sizes, offsets and constants of the crate clap-sys in the form of ../../../clap_layout.cc.
use clap_sys::audio_buffer::*;
use clap_sys::entry::*;
use clap_sys::events::*;
use clap_sys::ext::audio_ports::*;
use clap_sys::ext::latency::*;
use clap_sys::ext::log::*;
use clap_sys::ext::params::*;
use clap_sys::ext::render::*;
use clap_sys::ext::state::*;
use clap_sys::ext::tail::*;
use clap_sys::factory::plugin_factory::*;
use clap_sys::host::*;
use clap_sys::plugin::*;
use clap_sys::process::*;
use clap_sys::stream::*;
use clap_sys::version::*;
use std::mem::{offset_of, size_of};

macro_rules! size {
    ($name:ident) => {
        println!("{} {}", stringify!($name), size_of::<$name>())
    };
}

macro_rules! offset {
    ($name:ident, $member:ident) => {
        println!("{}.{} {}", stringify!($name), stringify!($member), offset_of!($name, $member))
    };
}

macro_rules! number {
    ($name:ident) => {
        println!("{} {}", stringify!($name), $name)
    };
}

macro_rules! text {
    ($name:ident) => {
        println!("{} {}", stringify!($name), $name.to_str().unwrap())
    };
}

fn main() {
    size!(clap_version);
    size!(clap_event_header);
    offset!(clap_event_header, size);
    offset!(clap_event_header, time);
    offset!(clap_event_header, space_id);
    println!("clap_event_header.type {}", offset_of!(clap_event_header, type_));
    offset!(clap_event_header, flags);
    size!(clap_event_param_value);
    offset!(clap_event_param_value, param_id);
    offset!(clap_event_param_value, cookie);
    offset!(clap_event_param_value, note_id);
    offset!(clap_event_param_value, port_index);
    offset!(clap_event_param_value, channel);
    offset!(clap_event_param_value, key);
    offset!(clap_event_param_value, value);
    size!(clap_event_param_mod);
    offset!(clap_event_param_mod, param_id);
    offset!(clap_event_param_mod, cookie);
    offset!(clap_event_param_mod, note_id);
    offset!(clap_event_param_mod, port_index);
    offset!(clap_event_param_mod, channel);
    offset!(clap_event_param_mod, key);
    println!("clap_event_param_mod.value {}", offset_of!(clap_event_param_mod, amount));
    size!(clap_input_events);
    offset!(clap_input_events, size);
    offset!(clap_input_events, get);
    size!(clap_output_events);
    offset!(clap_output_events, try_push);
    size!(clap_audio_buffer);
    offset!(clap_audio_buffer, data32);
    offset!(clap_audio_buffer, data64);
    offset!(clap_audio_buffer, channel_count);
    offset!(clap_audio_buffer, latency);
    offset!(clap_audio_buffer, constant_mask);
    size!(clap_process);
    offset!(clap_process, steady_time);
    offset!(clap_process, frames_count);
    offset!(clap_process, transport);
    offset!(clap_process, audio_inputs);
    offset!(clap_process, audio_outputs);
    offset!(clap_process, audio_inputs_count);
    offset!(clap_process, audio_outputs_count);
    offset!(clap_process, in_events);
    offset!(clap_process, out_events);
    size!(clap_plugin_descriptor);
    offset!(clap_plugin_descriptor, id);
    offset!(clap_plugin_descriptor, name);
    offset!(clap_plugin_descriptor, vendor);
    offset!(clap_plugin_descriptor, url);
    offset!(clap_plugin_descriptor, manual_url);
    offset!(clap_plugin_descriptor, support_url);
    offset!(clap_plugin_descriptor, version);
    offset!(clap_plugin_descriptor, description);
    offset!(clap_plugin_descriptor, features);
    size!(clap_plugin);
    offset!(clap_plugin, desc);
    offset!(clap_plugin, plugin_data);
    offset!(clap_plugin, init);
    offset!(clap_plugin, destroy);
    offset!(clap_plugin, activate);
    offset!(clap_plugin, deactivate);
    offset!(clap_plugin, start_processing);
    offset!(clap_plugin, stop_processing);
    offset!(clap_plugin, reset);
    offset!(clap_plugin, process);
    offset!(clap_plugin, get_extension);
    offset!(clap_plugin, on_main_thread);
    size!(clap_host);
    offset!(clap_host, host_data);
    offset!(clap_host, name);
    offset!(clap_host, vendor);
    offset!(clap_host, url);
    offset!(clap_host, version);
    offset!(clap_host, get_extension);
    offset!(clap_host, request_restart);
    offset!(clap_host, request_process);
    offset!(clap_host, request_callback);
    size!(clap_plugin_factory);
    offset!(clap_plugin_factory, get_plugin_count);
    offset!(clap_plugin_factory, get_plugin_descriptor);
    offset!(clap_plugin_factory, create_plugin);
    size!(clap_plugin_entry);
    offset!(clap_plugin_entry, init);
    offset!(clap_plugin_entry, deinit);
    offset!(clap_plugin_entry, get_factory);
    size!(clap_audio_port_info);
    offset!(clap_audio_port_info, name);
    offset!(clap_audio_port_info, flags);
    offset!(clap_audio_port_info, channel_count);
    offset!(clap_audio_port_info, port_type);
    offset!(clap_audio_port_info, in_place_pair);
    size!(clap_plugin_audio_ports);
    offset!(clap_plugin_audio_ports, get);
    size!(clap_param_info);
    offset!(clap_param_info, id);
    offset!(clap_param_info, flags);
    offset!(clap_param_info, cookie);
    offset!(clap_param_info, name);
    offset!(clap_param_info, module);
    offset!(clap_param_info, min_value);
    offset!(clap_param_info, max_value);
    offset!(clap_param_info, default_value);
    size!(clap_plugin_params);
    offset!(clap_plugin_params, count);
    offset!(clap_plugin_params, get_info);
    offset!(clap_plugin_params, get_value);
    offset!(clap_plugin_params, value_to_text);
    offset!(clap_plugin_params, text_to_value);
    offset!(clap_plugin_params, flush);
    size!(clap_host_params);
    offset!(clap_host_params, rescan);
    offset!(clap_host_params, clear);
    offset!(clap_host_params, request_flush);
    size!(clap_istream);
    offset!(clap_istream, read);
    size!(clap_ostream);
    offset!(clap_ostream, write);
    size!(clap_plugin_state);
    offset!(clap_plugin_state, save);
    offset!(clap_plugin_state, load);
    offset!(clap_plugin_latency, get);
    offset!(clap_host_latency, changed);
    offset!(clap_plugin_tail, get);
    size!(clap_plugin_render);
    offset!(clap_plugin_render, has_hard_realtime_requirement);
    offset!(clap_plugin_render, set);
    offset!(clap_host_log, log);
    number!(CLAP_VERSION_MAJOR);
    number!(CLAP_VERSION_MINOR);
    number!(CLAP_VERSION_REVISION);
    text!(CLAP_PLUGIN_FACTORY_ID);
    number!(CLAP_CORE_EVENT_SPACE_ID);
    number!(CLAP_EVENT_PARAM_VALUE);
    number!(CLAP_EVENT_PARAM_MOD);
    number!(CLAP_PROCESS_ERROR);
    number!(CLAP_PROCESS_CONTINUE);
    number!(CLAP_PROCESS_TAIL);
    number!(CLAP_PROCESS_SLEEP);
    text!(CLAP_EXT_AUDIO_PORTS);
    number!(CLAP_AUDIO_PORT_IS_MAIN);
    number!(CLAP_AUDIO_PORT_SUPPORTS_64BITS);
    text!(CLAP_PORT_MONO);
    text!(CLAP_PORT_STEREO);
    text!(CLAP_EXT_PARAMS);
    number!(CLAP_PARAM_IS_STEPPED);
    number!(CLAP_PARAM_IS_BYPASS);
    number!(CLAP_PARAM_IS_AUTOMATABLE);
    number!(CLAP_PARAM_IS_MODULATABLE);
    number!(CLAP_PARAM_IS_ENUM);
    number!(CLAP_PARAM_RESCAN_VALUES);
    text!(CLAP_EXT_STATE);
    text!(CLAP_EXT_LATENCY);
    text!(CLAP_EXT_TAIL);
    text!(CLAP_EXT_RENDER);
    number!(CLAP_RENDER_REALTIME);
    number!(CLAP_RENDER_OFFLINE);
    text!(CLAP_EXT_LOG);
    number!(CLAP_LOG_ERROR);
}
