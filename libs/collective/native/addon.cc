// Collective operations of MPI for Node. Each runs on a thread of Node's pool and is answered by a promise, so that the
// main thread stays free; the caller starts one at a time, in the same order on every rank.
#include <algorithm>
#include <chrono>
#include <climits>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <mpi.h>
#include <napi.h>

namespace {

using Work = std::function<int()>;

// The memory of a typed array, which may be shared between threads.
struct Span {
  void* data;
  size_t length;  // elements
  size_t bytes;
};

size_t ElementSize(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array:
    case napi_uint8_array:
    case napi_uint8_clamped_array: return 1;
    case napi_int16_array:
    case napi_uint16_array: return 2;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array: return 4;
    default: return 8;
  }
}

Span SpanOf(const Napi::Value& value) {
  napi_typedarray_type type;
  Span span{};
  if (napi_get_typedarray_info(value.Env(), value, &type, &span.length, &span.data, nullptr, nullptr) != napi_ok) {
    throw Napi::TypeError::New(value.Env(), "expected a typed array");
  }
  span.bytes = span.length * ElementSize(type);
  if (span.bytes > INT_MAX) throw Napi::RangeError::New(value.Env(), "an array of 2 GiB or more; MPI counts up to 2^31 - 1");
  return span;
}

// Waits for all ranks. MPI's own waiting keeps a core busy, which a rank that computes beside us could use: look all the
// time at first, then the more rarely the longer it takes.
int WaitForAll() {
  MPI_Request request;
  int code = MPI_Ibarrier(MPI_COMM_WORLD, &request);
  const auto start = std::chrono::steady_clock::now();
  for (int done = 0; code == MPI_SUCCESS;) {
    code = MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done) break;
    const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    if (waited < std::chrono::microseconds(500)) continue;
    std::this_thread::sleep_for(std::min(waited / 16, std::chrono::microseconds(2000)));
  }
  return code;
}

class Collective : public Napi::AsyncWorker {
 public:
  Collective(Napi::Env env, const char* name, Work work)
      : AsyncWorker(env, name), deferred_(Napi::Promise::Deferred::New(env)), name_(name), work_(std::move(work)) {}

  // Arrays that must not be collected meanwhile.
  void Keep(const Napi::Value& value) { kept_.push_back(Napi::Persistent(value.As<Napi::Object>())); }

  Napi::Promise Start() {
    Queue();
    return deferred_.Promise();
  }

 protected:
  void Execute() override {
    const int code = work_();
    if (code == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING];
    int length = 0;
    MPI_Error_string(code, text, &length);
    SetError(name_ + ": " + std::string(text, length));
  }
  void OnOK() override { deferred_.Resolve(Env().Undefined()); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  std::string name_;
  Work work_;
  std::vector<Napi::ObjectReference> kept_;
};

Napi::Value Init(const Napi::CallbackInfo& info) {
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided) != MPI_SUCCESS) {
    throw Napi::Error::New(info.Env(), "MPI_Init_thread failed");
  }
  // The thread of the pool that calls next is another one each time.
  if (provided < MPI_THREAD_SERIALIZED) throw Napi::Error::New(info.Env(), "this MPI was built without support for threads");
  // Errors come back as rejected promises.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  Napi::Object world = Napi::Object::New(info.Env());
  world["rank"] = Napi::Number::New(info.Env(), rank);
  world["size"] = Napi::Number::New(info.Env(), size);
  return world;
}

// barrier(): until every rank is there.
Napi::Value Barrier(const Napi::CallbackInfo& info) {
  return (new Collective(info.Env(), "MPI_Ibarrier", WaitForAll))->Start();
}

// allReduceSum(Float32Array): the sum over all ranks, in place.
Napi::Value AllReduceSum(const Napi::CallbackInfo& info) {
  const Span values = SpanOf(info[0]);
  auto* collective = new Collective(info.Env(), "MPI_Allreduce", [values] {
    const int code = WaitForAll();
    if (code != MPI_SUCCESS) return code;
    return MPI_Allreduce(MPI_IN_PLACE, values.data, static_cast<int>(values.length), MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
  });
  collective->Keep(info[0]);
  return collective->Start();
}

// allGather(part, whole, bytes: Int32Array): the parts of all ranks one behind the other, `bytes[r]` of rank r.
Napi::Value AllGather(const Napi::CallbackInfo& info) {
  const Span part = SpanOf(info[0]);
  const Span whole = SpanOf(info[1]);
  const Span sizes = SpanOf(info[2]);
  const int* first = static_cast<const int*>(sizes.data);
  std::vector<int> counts(first, first + sizes.length);
  std::vector<int> starts;
  int total = 0;
  for (const int count : counts) {
    starts.push_back(total);
    total += count;
  }
  if (static_cast<size_t>(total) > whole.bytes) throw Napi::RangeError::New(info.Env(), "the parts are larger than the whole");
  auto* collective = new Collective(info.Env(), "MPI_Allgatherv", [=] {
    const int code = WaitForAll();
    if (code != MPI_SUCCESS) return code;
    return MPI_Allgatherv(part.data, static_cast<int>(part.bytes), MPI_BYTE, whole.data, counts.data(), starts.data(), MPI_BYTE, MPI_COMM_WORLD);
  });
  collective->Keep(info[0]);
  collective->Keep(info[1]);
  return collective->Start();
}

// broadcast(values, root): what `root` has, everywhere.
Napi::Value Broadcast(const Napi::CallbackInfo& info) {
  const Span values = SpanOf(info[0]);
  const int root = info[1].As<Napi::Number>().Int32Value();
  auto* collective = new Collective(info.Env(), "MPI_Bcast", [values, root] {
    const int code = WaitForAll();
    if (code != MPI_SUCCESS) return code;
    return MPI_Bcast(values.data, static_cast<int>(values.bytes), MPI_BYTE, root, MPI_COMM_WORLD);
  });
  collective->Keep(info[0]);
  return collective->Start();
}

void Finalize(const Napi::CallbackInfo&) { MPI_Finalize(); }

// abort(code): ends all ranks.
void Abort(const Napi::CallbackInfo& info) {
  const int code = info[0].As<Napi::Number>().Int32Value();
  // A collective that hangs may hold what MPI_Abort needs; ending this process makes mpirun end the others.
  std::thread([code] {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    _exit(code);
  }).detach();
  MPI_Abort(MPI_COMM_WORLD, code);
}

Napi::Object Exports(Napi::Env env, Napi::Object exports) {
  exports["init"] = Napi::Function::New(env, Init);
  exports["barrier"] = Napi::Function::New(env, Barrier);
  exports["allReduceSum"] = Napi::Function::New(env, AllReduceSum);
  exports["allGather"] = Napi::Function::New(env, AllGather);
  exports["broadcast"] = Napi::Function::New(env, Broadcast);
  exports["finalize"] = Napi::Function::New(env, Finalize);
  exports["abort"] = Napi::Function::New(env, Abort);
  return exports;
}

}  // namespace

NODE_API_MODULE(mpi, Exports)
