// The first call of LibTorch's vector functions, from one thread, before main().
//
// exp, log, sqrt, tanh and others of a contiguous tensor are oneMKL's, which looks at the processor at the first call
// of any of them and takes no lock: mkl_vml_serv_cpu_detect() of oneMKL 2024.2 (in LibTorch 2.11) stores what it found,
// then stores over it what a table makes of that. A thread whose own first call reads what lies there in between takes
// a kernel of half the digits, for that call only: exp is off by up to 3.3e-9 (double) or 1.5e-4 (float), relative, and
// the same program twice does not give the same bits. A test with two threads was hit in 2 of some 190 starts on busy
// cores (pytorch/pytorch#188792).
//
// The library asks each program for this symbol (CMakeLists.txt), so that the linker does not leave the file out.

#include <ATen/ops/exp.h>
#include <ATen/ops/ones.h>

extern "C" {
extern const bool ahaVectorMathChosen;
const bool ahaVectorMathChosen = at::exp(at::ones({ 1 })).defined();
}
