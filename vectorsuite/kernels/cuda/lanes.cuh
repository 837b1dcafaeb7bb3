// The threads of one block, and what differs between a GPU and the same code compiled as C++.
//
// All code of this folder is written for "lanes": lane l of n takes items l, l + n, ... and meets the
// others in sync(). It holds for any number of lanes, so that a C++ compiler can build it for one
// lane, which runs everything in order, or for as many as it likes on threads of the CPU. Nothing
// here depends on warps.
#pragma once
#include "random.hpp"

#ifdef __CUDACC__
#define VS_GPU __device__ __forceinline__
#else
#include <cmath>
#define VS_GPU inline
struct float4 {
  float x, y, z, w;
};
void emulated_sync();  // what a block does at sync(), given by whoever runs this code
#endif

namespace vectorsuite {
namespace {

struct Lanes {
  int lane, count;
  // No lane goes on before all have come here and see each other's writes.
  VS_GPU void sync() const {
#ifdef __CUDACC__
    __syncthreads();
#else
    emulated_sync();
#endif
  }
};

VS_GPU float4 zero4() {
  float4 zero;
  zero.x = zero.y = zero.z = zero.w = 0.f;
  return zero;
}

VS_GPU float4 minus(float4 a, float4 b) {
  a.x -= b.x, a.y -= b.y, a.z -= b.z, a.w -= b.w;
  return a;
}

// sum += factor * a
VS_GPU void add_scaled(float4 &sum, float factor, float4 a) {
  sum.x += factor * a.x, sum.y += factor * a.y, sum.z += factor * a.z, sum.w += factor * a.w;
}

VS_GPU float dot(float4 a, float4 b, float sum) {
  return a.w * b.w + (a.z * b.z + (a.y * b.y + (a.x * b.x + sum)));
}

// Four floats of a table that other blocks are changing: read where all blocks see them, beyond the
// cache of this multiprocessor.
VS_GPU float4 read_shared_table(const float4 *from) {
#ifdef __CUDACC__
  float4 v;
  asm volatile("ld.relaxed.gpu.global.v4.f32 {%0, %1, %2, %3}, [%4];"
               : "=f"(v.x), "=f"(v.y), "=f"(v.z), "=f"(v.w)
               : "l"(from)
               : "memory");
  return v;
#else
  return *from;
#endif
}

// Add to four such floats. Each is added as a whole; other blocks may come between the four.
VS_GPU void add_to_table(float4 *to, float4 change) {
#if !defined(__CUDACC__)
  to->x += change.x, to->y += change.y, to->z += change.z, to->w += change.w;
#elif __CUDA_ARCH__ >= 900 && __CUDACC_VER_MAJOR__ * 100 + __CUDACC_VER_MINOR__ >= 1201
  asm volatile("red.relaxed.gpu.global.add.v4.f32 [%0], {%1, %2, %3, %4};"
               :
               : "l"(to), "f"(change.x), "f"(change.y), "f"(change.z), "f"(change.w)
               : "memory");
#else
  atomicAdd(&to->x, change.x), atomicAdd(&to->y, change.y);
  atomicAdd(&to->z, change.z), atomicAdd(&to->w, change.w);
#endif
}

// Have a row in the GPU's cache soon.
VS_GPU void prefetch(const void *address) {
#ifdef __CUDACC__
  asm volatile("prefetch.global.L2 [%0];" : : "l"(address));
#else
  (void)address;
#endif
}

// The number before it was raised by one.
VS_GPU int32_t take_ticket(int32_t *counter) {
#ifdef __CUDACC__
  return atomicAdd(counter, 1);
#else
  return (*counter)++;
#endif
}

}  // namespace
}  // namespace vectorsuite
