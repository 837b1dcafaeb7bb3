// The entry points. VS_THREADS: threads of a block. VS_WORK_IN_TABLE_MEMORY: 1 where a block's work
// space is larger than the memory of its multiprocessor.
#include "train.cuh"

extern "C" __global__ void __launch_bounds__(VS_THREADS)
    plan(const __grid_constant__ vectorsuite::Job job) {
  extern __shared__ float4 own[];
  vectorsuite::Lanes lanes{int(threadIdx.x), int(blockDim.x)};
  vectorsuite::plan_chunk(job, blockIdx.x, lanes, own);
}

extern "C" __global__ void __launch_bounds__(VS_THREADS)
    train(const __grid_constant__ vectorsuite::Job job) {
#if VS_WORK_IN_TABLE_MEMORY
  float4 *own = job.work + blockIdx.x * job.work_size;
#else
  extern __shared__ float4 own[];
#endif
  vectorsuite::Lanes lanes{int(threadIdx.x), int(blockDim.x)};
  vectorsuite::train_units(job, own, lanes);
}
