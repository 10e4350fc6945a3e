// For tests: a shared library with one function.
#if defined(_WIN32)
#define DFN_TEST_EXPORT __declspec(dllexport)
#else
#define DFN_TEST_EXPORT __attribute__((visibility("default")))
#endif

extern "C" DFN_TEST_EXPORT int dfn_test_answer();
int dfn_test_answer() { return 42; }
