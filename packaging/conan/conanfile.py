"""The Conan 2 recipe of the library. Its dependencies are the system's own packages, which
docs/embedding.md lists; with packed_only there is one, Highway."""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load
from conan.tools.system import package_manager

required_conan_version = ">=2.0"

SOURCES = ("CMakeLists.txt", "LICENSE-*", "NOTICE", "cmake/*", "include/*", "src/*")
# What each package manager calls them: Highway first, which is always needed.
APT = ["libhwy-dev", "pkg-config", "libarchive-dev", "libinih-dev", "libprotozero-dev", "nettle-dev",
       "nlohmann-json3-dev", "zlib1g-dev"]
DNF = ["highway-devel", "pkgconf-pkg-config", "libarchive-devel", "inih-devel", "protozero-devel",
       "nettle-devel", "json-devel", "zlib-devel"]
PACMAN = ["highway", "pkgconf", "libarchive", "inih", "protozero", "nettle", "nlohmann-json", "zlib"]


class DeepfilterRecipe(ConanFile):
    name = "deepfilter"
    license = "MIT OR Apache-2.0"
    description = "Exact, real-time speech denoising with DeepFilterNet: a C and C++ library"
    topics = ("audio", "speech", "denoise", "deepfilternet", "real-time")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    # packed_only: a library that opens packed model files alone.
    options = {"shared": [True, False], "packed_only": [True, False]}
    default_options = {"shared": False, "packed_only": False}

    def _tree(self) -> str:
        return os.path.join(self.recipe_folder, os.pardir, os.pardir)

    def set_version(self) -> None:
        text = load(self, os.path.join(self._tree(), "CMakeLists.txt"))
        self.version = re.search(r"project\(deepfilter VERSION ([0-9.]+)", text).group(1)

    def export_sources(self) -> None:
        for pattern in SOURCES:
            copy(self, pattern, self._tree(), self.export_sources_folder)

    def validate(self) -> None:
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("this recipe takes its dependencies from Linux systems")

    def system_requirements(self) -> None:
        wanted = slice(1) if self.options.packed_only else slice(None)
        package_manager.Apt(self).install(APT[wanted], check=True)
        package_manager.Dnf(self).install(DNF[wanted], check=True)
        package_manager.PacMan(self).install(PACMAN[wanted], check=True)

    def layout(self) -> None:
        cmake_layout(self)

    def generate(self) -> None:
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables.update({
            "DEEPFILTER_TESTS": False,
            "DEEPFILTER_PROGRAM": False,
            "DEEPFILTER_PLUGINS": False,
            "DEEPFILTER_SHARED": bool(self.options.shared),
            "DEEPFILTER_STATIC": not self.options.shared,
            "DEEPFILTER_PACKED_ONLY": bool(self.options.packed_only),
        })
        toolchain.generate()

    def build(self) -> None:
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self) -> None:
        CMake(self).install()
        for pattern in ("LICENSE-*", "NOTICE"):
            copy(self, pattern, self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self) -> None:
        # The package has CMake files of its own, which know both libraries and what they need.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "deepfilter")]
        self.cpp_info.set_property("pkg_config_name", "deepfilter")
        self.cpp_info.libs = ["deepfilter"]
        if not self.options.shared:
            self.cpp_info.defines = ["DFN_STATIC"]
            readers = [] if self.options.packed_only else ["archive", "inih", "z", "nettle"]
            self.cpp_info.system_libs = ["hwy", *readers, "stdc++", "m", "pthread"]
