#include "media/media_tools.h"

#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/path_text.h"
#include "base/printable.h"
#include "os/environment.h"
#include "os/process/find_program.h"
#include "os/process/interrupt.h"
#include "os/process/program.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// A long film with thousands of chapters needs about 1 MiB.
constexpr size_t kMostOutputBytes = size_t{64} << 20;
constexpr size_t kMostWordsBytes = 300;
// What FFmpeg says of a disk or a file that takes no more; everything else follows from it.
constexpr std::string_view kFullDisk[] = {"No space left on device", "Disk quota exceeded",
                                          "File too large"};
// Before its words for the demuxers that it may use, all of them.
constexpr char kNotOnList[] = "not on whitelist";
constexpr char kNamesOthers[] =
    "it is a list, a script or the like, which may name other files and is not read";

// Demuxers of one file each. Left out are those that open what a file names (hls, dash, concat, sdp,
// imf, image sequences), those that run scripts (avisynth, vapoursynth) and devices.
constexpr char kDemuxers[] =
    "3dostr,4xm,aa,aac,aax,ac3,ac4,ace,acm,act,adf,adp,ads,adx,aea,afc,aiff,aix,alp,amr,amrnb,"
    "amrwb,"
    "anm,apc,ape,apm,aptx,aptx_hd,argo_asf,asf,asf_o,ast,au,av1,avi,avr,avs,bethsoftvid,bfi,bink,"
    "binka,"
    "bmv,boa,brstm,c93,caf,codec2,daud,dcstr,dfa,dhav,dsf,dsicin,dss,dts,dtshd,dv,dvbsub,dxa,ea,"
    "ea_cdata,eac3,epaf,flac,flic,flv,fsb,fwse,g722,g723_1,g726,g726le,g729,gsm,gxf,h261,h263,h264,"
    "hca,"
    "hcom,hevc,hnm,iamf,iav,idcin,iff,ifv,ilbc,ingenient,ipmovie,ipu,ircam,iss,iv8,ivf,ivr,kux,"
    "kvag,"
    "laf,live_flv,lmlm4,loas,luodat,lvf,lxf,m4v,matroska,webm,mca,mgsts,mjpeg,mlp,mlv,mm,mmf,mods,"
    "moflex,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,msf,msnwctcp,msp,mtaf,mtv,"
    "musx,"
    "mv,mvi,mxf,nc,nistsphere,nsp,nsv,nut,nuv,obu,ogg,oma,osq,paf,pmp,pp_bnk,pva,pvf,qcp,qoa,r3d,"
    "rl2,"
    "rm,roq,rpl,rsd,rso,s337m,sbc,scd,sds,sdx,shn,siff,simbiosis_imx,smk,smush,sol,sox,spdif,svag,"
    "svs,"
    "swf,tak,thp,tiertexseq,tmv,truehd,tta,ty,txd,usm,vag,vc1,vc1test,vividas,vivo,vmd,voc,vpk,vqf,"
    "w64,"
    "wady,wav,wc3movie,wsaud,wsd,wsvqa,wtv,wv,wve,xa,xbin,xmd,xmv,xvag,xwma,yop";

bool IsFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

Error NotFound(const std::string& what) {
  return {ErrorCode::kNotFound, what + "; " + kInstallFfmpeg};
}

// The sibling of ffmpeg: "ffprobe" with the same extension.
fs::path Beside(const fs::path& ffmpeg) {
  return ffmpeg.parent_path() / PathOf("ffprobe" + PathText(ffmpeg.extension()));
}

Result<MediaTools> NamedTools(const std::string& named) {
  fs::path ffmpeg = PathOf(named);
  std::error_code ignored;
  if (fs::is_directory(ffmpeg, ignored)) {
    const fs::path folder = ffmpeg;
    ffmpeg = folder / "ffmpeg";
    if (!IsFile(ffmpeg)) ffmpeg = folder / "ffmpeg.exe";
  }
  // A name with a folder in it is never looked up on PATH.
  ffmpeg = fs::absolute(ffmpeg, ignored);
  const fs::path ffprobe = Beside(ffmpeg);
  for (const fs::path& program : {ffmpeg, ffprobe}) {
    if (IsFile(program)) continue;
    return NotFound("DEEPFILTER_FFMPEG is " + named + ", but there is no " + PathText(program));
  }
  return MediaTools{PathText(ffmpeg), PathText(ffprobe)};
}

Result<MediaTools> LookForTools() {
  if (const auto named = EnvironmentVariable("DEEPFILTER_FFMPEG")) {
    if (*named != "off") return NamedTools(*named);
    return Error{ErrorCode::kNotFound, "FFmpeg is switched off by DEEPFILTER_FFMPEG=off"};
  }
  const std::optional<fs::path> ffmpeg = FindProgram("ffmpeg");
  const std::optional<fs::path> ffprobe = FindProgram("ffprobe");
  if (ffmpeg && ffprobe) return MediaTools{PathText(*ffmpeg), PathText(*ffprobe)};
  return NotFound(std::string("the program ") + (ffmpeg ? "ffprobe" : "ffmpeg") +
                  " is not on PATH");
}

// "[mov,mp4 @ 0x55d0c0ffee00] moov atom not found" without the brackets, which change with each run.
std::string_view WithoutObject(std::string_view line) {
  while (line.starts_with('[')) {
    const size_t end = line.find("] ");
    if (end == std::string_view::npos ||
        line.substr(0, end).find(" @ ") == std::string_view::npos) {
      break;
    }
    line.remove_prefix(end + 2);
  }
  return line;
}

}  // namespace

const Result<MediaTools>& FindMediaTools() {
  static const Result<MediaTools> found = LookForTools();
  return found;
}

std::vector<std::string> QuietFfmpeg() { return {"-nostdin", "-hide_banner", "-v", "error"}; }
std::vector<std::string> QuietFfprobe() { return {"-hide_banner", "-v", "error"}; }

std::string FileUrl(const std::string& path) { return "file:" + path; }

std::vector<std::string> InputArguments(const std::string& path) {
  return {"-protocol_whitelist", "file", "-format_whitelist", kDemuxers, "-i", FileUrl(path)};
}

Result<std::string> RunTool(const std::string& program, const std::vector<std::string>& arguments,
                            const std::string& path) {
  std::string output;
  bool too_long = false;
  const auto take = [&](Bytes more) {
    output.append(reinterpret_cast<const char*>(more.data()), more.size());
    too_long = output.size() > kMostOutputBytes;
    return !too_long;
  };
  DFN_TRY(const ProgramEnd end,
          RunProgram(program, arguments, take, [] { return !Interrupted(); }));
  if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
  if (too_long) return Error{ErrorCode::kLimit, "it says too much of itself"};
  if (end.status != 0) return ToolFailure(end, path);
  return output;
}

Error ToolFailure(const ProgramEnd& end, const std::string& path) {
  for (const std::string_view full : kFullDisk) {
    if (end.complaint.find(full) != std::string::npos) {
      return {ErrorCode::kIo, std::string(full)};
    }
  }
  std::string words = FirstComplaint(end.complaint, path);
  if (words.empty() && end.status < 0) words = "something else ended it";
  if (words.empty()) words = "it ended with status " + std::to_string(end.status) + " and no word";
  return {ErrorCode::kCorrupt, words};
}

std::string FirstComplaint(std::string_view complaint, const std::string& path) {
  while (!complaint.empty()) {
    const size_t end = complaint.find('\n');
    std::string line(WithoutObject(complaint.substr(0, end)));
    complaint = end == std::string_view::npos ? std::string_view() : complaint.substr(end + 1);
    if (line.find(kNotOnList) != std::string::npos) return kNamesOthers;
    for (const std::string& name : {FileUrl(path) + ": ", path + ": "}) {
      if (!path.empty() && line.starts_with(name)) line.erase(0, name.size());
    }
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '.')) {
      line.pop_back();
    }
    if (!line.empty()) return Printable(line.substr(0, kMostWordsBytes));
  }
  return {};
}

}  // namespace dfn
