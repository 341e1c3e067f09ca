#include "runtime/find_strips.h"

#include <algorithm>
#include <optional>

namespace octet::runtime {
namespace {

const ProgramValue& ValueOf(const Program& program, int id) {
  return program.values[static_cast<size_t>(id)];
}

// The rows of a row-wise step; nullopt for any other.
std::optional<ir::Dim> RowsOf(const Program& program, const ProgramStep& step) {
  if (step.row_inputs == 0) return std::nullopt;
  const ir::Shape& shape = ValueOf(program, step.outputs[0]).type.shape;
  if (shape.empty()) return std::nullopt;
  std::optional<ir::Dim> rows = ir::Dim(1);
  for (size_t i = 0; i + 1 < shape.size() && rows; ++i) rows = rows->Times(shape[i]);
  return rows;
}

// The buffer that a value lies in, -1 if it lies elsewhere.
int BufferOf(const Program& program, int id) {
  const ProgramValue& value = ValueOf(program, id);
  return value.storage == StorageKind::kBuffer ? value.index : -1;
}

// Whether the step reads all rows of something that a step from `first` on writes.
bool ReadsWhole(const Program& program, const ProgramStep& step, int first) {
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    if (step.is_row_input(i)) continue;
    const int buffer = BufferOf(program, step.inputs[i]);
    if (buffer >= 0 && program.buffers[static_cast<size_t>(buffer)].writer >= first) return true;
  }
  return false;
}

// Adds the buffers that live within one strip alone to it. Both are in the order of their steps.
void FindLocalBuffers(const Program& program, std::vector<Strip>* strips) {
  auto strip = strips->begin();
  for (size_t i = 0; i < program.buffers.size(); ++i) {
    const ProgramBuffer& buffer = program.buffers[i];
    while (strip != strips->end() && strip->end <= buffer.writer) ++strip;
    if (strip == strips->end()) return;
    if (buffer.writer >= strip->first && buffer.lifetime.last < strip->end) {
      strip->local_buffers.push_back(static_cast<int>(i));
    }
  }
}

// Lets the steps of the strip hand each other the ranges of rows.
void AddRowRanges(Program* program, Strip* strip) {
  for (int i = strip->first; i < strip->end; ++i) {
    ProgramStep& reader = program->steps[static_cast<size_t>(i)];
    const int rows = reader.inputs.empty() ? -1 : reader.inputs[0];
    const int buffer = rows < 0 ? -1 : BufferOf(*program, rows);
    if (!reader.step->takes_row_ranges() || buffer < 0) continue;
    const int at = program->buffers[static_cast<size_t>(buffer)].writer;
    if (at < strip->first) continue;
    ProgramStep& writer = program->steps[static_cast<size_t>(at)];
    if (!writer.step->gives_row_ranges() || writer.outputs[0] != rows) continue;
    if (writer.gives_ranges < 0) {
      writer.gives_ranges = static_cast<int>(strip->row_ranges.size());
      strip->row_ranges.push_back({at, i});
    }
    reader.takes_ranges = writer.gives_ranges;
    strip->row_ranges[static_cast<size_t>(writer.gives_ranges)].last = i;
  }
}

}  // namespace

void FindStrips(Program* program) {
  const int count = static_cast<int>(program->steps.size());
  for (int first = 0; first < count;) {
    const auto rows = RowsOf(*program, program->steps[static_cast<size_t>(first)]);
    int end = first + 1;
    while (rows && end < count) {
      const ProgramStep& step = program->steps[static_cast<size_t>(end)];
      if (RowsOf(*program, step) != rows || ReadsWhole(*program, step, first)) break;
      ++end;
    }
    if (end - first > 1) program->strips.push_back({first, end, *rows, {}, {}});
    first = end;
  }
  FindLocalBuffers(*program, &program->strips);
  for (Strip& strip : program->strips) AddRowRanges(program, &strip);
}

}  // namespace octet::runtime
