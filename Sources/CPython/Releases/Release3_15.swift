extension FeatureRelease {
  /// CPython 3.15.
  static let python315 = FeatureRelease(
    PythonSeries(3, 15),
    debugOffsets: DebugOffsetsFormat(PythonSeries(3, 15), tableSize: 888) { groups315 },
    evalBreaker: .withStopBit5, packagedBuilds: [[], .debug])

  /// 888 bytes. New since 3.14: what the sampling profiler reads of a thread state,
  /// `err_stackitem` (which has no size), `heap_type_object`, and generation statistics.
  ///
  /// The order is that of `Include/internal/pycore_debug_offsets.h` of the final releases.
  private static let groups315: [DebugOffsetsLayout.Group] = [
    Group(
      "runtime_state",
      [
        Field("size", at: 24, .size),
        Field("finalizing", at: 32, .pointer),
        Field("interpreters_head", at: 40, .pointer),
      ]),
    Group(
      "interpreter_state",
      [
        Field("size", at: 48, .size),
        Field("id", at: 56, .word64),
        Field("next", at: 64, .pointer),
        Field("threads_head", at: 72, .pointer),
        Field("threads_main", at: 80, .pointer),
        Field("gc", at: 88, .pointer),
        Field("imports_modules", at: 96, .pointer),
        Field("sysdict", at: 104, .pointer),
        Field("builtins", at: 112, .pointer),
        Field("ceval_gil", at: 120, .pointer),
        Field("gil_runtime_state", at: 128, .pointer),
        Field("gil_runtime_state_enabled", at: 136, .int),
        Field("gil_runtime_state_locked", at: 144, .int),
        Field("gil_runtime_state_holder", at: 152, .pointer),
        Field("code_object_generation", at: 160, .word64),
        Field("tlbc_generation", at: 168, .int),
      ]),
    Group(
      "thread_state",
      [
        Field("size", at: 176, .size),
        Field("prev", at: 184, .pointer),
        Field("next", at: 192, .pointer),
        Field("interp", at: 200, .pointer),
        Field("current_frame", at: 208, .pointer),
        Field("base_frame", at: 216, .pointer),
        Field("last_profiled_frame", at: 224, .pointer),
        Field("last_profiled_frame_seq", at: 232, .int),
        Field("thread_id", at: 240, .long),
        Field("native_thread_id", at: 248, .long),
        Field("datastack_chunk", at: 256, .pointer),
        Field("status", at: 264, .int),
        Field("holds_gil", at: 272, .int),
        Field("gil_requested", at: 280, .int),
        Field("current_exception", at: 288, .pointer),
        Field("exc_state", at: 296, .pointer),
      ]),
    Group(
      "err_stackitem",
      [
        Field("exc_value", at: 304, .pointer)
      ]),
    Group(
      "interpreter_frame",
      [
        Field("size", at: 312, .size),
        Field("previous", at: 320, .pointer),
        Field("executable", at: 328, .pointer),
        Field("instr_ptr", at: 336, .pointer),
        Field("localsplus", at: 344, .pointer),
        Field("owner", at: 352, .byte),
        Field("stackpointer", at: 360, .pointer),
        Field("tlbc_index", at: 368, .int),
      ]),
    Group(
      "code_object",
      [
        Field("size", at: 376, .size),
        Field("filename", at: 384, .pointer),
        Field("name", at: 392, .pointer),
        Field("qualname", at: 400, .pointer),
        Field("linetable", at: 408, .pointer),
        Field("firstlineno", at: 416, .int),
        Field("argcount", at: 424, .int),
        Field("localsplusnames", at: 432, .pointer),
        Field("localspluskinds", at: 440, .pointer),
        Field("co_code_adaptive", at: 448, .byte),
        Field("co_tlbc", at: 456, .pointer),
      ]),
    Group(
      "pyobject",
      [
        Field("size", at: 464, .size),
        Field("ob_type", at: 472, .pointer),
      ]),
    Group(
      "type_object",
      [
        Field("size", at: 480, .size),
        Field("tp_name", at: 488, .pointer),
        Field("tp_repr", at: 496, .pointer),
        Field("tp_flags", at: 504, .long),
        Field("tp_basicsize", at: 512, .pointer),
        Field("tp_dictoffset", at: 520, .pointer),
      ]),
    Group(
      "heap_type_object",
      [
        Field("size", at: 528, .size),
        Field("ht_cached_keys", at: 536, .pointer),
      ]),
    Group(
      "tuple_object",
      [
        Field("size", at: 544, .size),
        Field("ob_item", at: 552, .pointer),
        Field("ob_size", at: 560, .pointer),
      ]),
    Group(
      "list_object",
      [
        Field("size", at: 568, .size),
        Field("ob_item", at: 576, .pointer),
        Field("ob_size", at: 584, .pointer),
      ]),
    Group(
      "set_object",
      [
        Field("size", at: 592, .size),
        Field("used", at: 600, .pointer),
        Field("table", at: 608, .pointer),
        Field("mask", at: 616, .pointer),
      ]),
    Group(
      "dict_object",
      [
        Field("size", at: 624, .size),
        Field("ma_keys", at: 632, .pointer),
        Field("ma_values", at: 640, .pointer),
      ]),
    Group(
      "float_object",
      [
        Field("size", at: 648, .size),
        Field("ob_fval", at: 656, .double),
      ]),
    Group(
      "long_object",
      [
        Field("size", at: 664, .size),
        Field("lv_tag", at: 672, .pointer),
        Field("ob_digit", at: 680, .int),
      ]),
    Group(
      "bytes_object",
      [
        Field("size", at: 688, .size),
        Field("ob_size", at: 696, .pointer),
        Field("ob_sval", at: 704, .byte),
      ]),
    Group(
      "unicode_object",
      [
        Field("size", at: 712, .size),
        Field("state", at: 720, .int),
        Field("length", at: 728, .pointer),
        Field("asciiobject_size", at: 736, .size),
        Field("compactunicodeobject_size", at: 744, .size),
      ]),
    Group(
      "gc",
      [
        Field("size", at: 752, .size),
        Field("collecting", at: 760, .int),
        Field("frame", at: 768, .pointer),
        Field("generation_stats_size", at: 776, .size),
        Field("generation_stats", at: 784, .pointer),
      ]),
    Group(
      "gen_object",
      [
        Field("size", at: 792, .size),
        Field("gi_name", at: 800, .pointer),
        Field("gi_iframe", at: 808, .pointer),
        Field("gi_frame_state", at: 816, .byte),
      ]),
    Group(
      "llist_node",
      [
        Field("next", at: 824, .pointer),
        Field("prev", at: 832, .pointer),
      ]),
    Group(
      "debugger_support",
      [
        Field("eval_breaker", at: 840, .pointer),
        Field("remote_debugger_support", at: 848, .int),
        Field("remote_debugging_enabled", at: 856, .int),
        Field("debugger_pending_call", at: 864, .int),
        Field("debugger_script_path", at: 872, .byte),
        Field("debugger_script_path_size", at: 880, .size),
      ]),
  ]
}
