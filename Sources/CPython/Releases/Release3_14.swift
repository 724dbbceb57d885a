extension FeatureRelease {
  /// CPython 3.14: the first release with remote debugging (PEP 768).
  static let python314 = FeatureRelease(
    PythonSeries(3, 14),
    debugOffsets: DebugOffsetsFormat(PythonSeries(3, 14), tableSize: 760) { groups314 },
    evalBreaker: .withStopBit5, packagedBuilds: [[], .debug, .freeThreaded])

  /// 760 bytes. New since 3.13: `threads_main`, the generations, `stackpointer`, the
  /// thread-local bytecode, sets, generators, `llist_node` and `debugger_support`.
  ///
  /// The order is that of `Include/internal/pycore_debug_offsets.h` of the final releases.
  private static let groups314: [DebugOffsetsLayout.Group] = [
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
        Field("thread_id", at: 216, .long),
        Field("native_thread_id", at: 224, .long),
        Field("datastack_chunk", at: 232, .pointer),
        Field("status", at: 240, .int),
      ]),
    Group(
      "interpreter_frame",
      [
        Field("size", at: 248, .size),
        Field("previous", at: 256, .pointer),
        Field("executable", at: 264, .pointer),
        Field("instr_ptr", at: 272, .pointer),
        Field("localsplus", at: 280, .pointer),
        Field("owner", at: 288, .byte),
        Field("stackpointer", at: 296, .pointer),
        Field("tlbc_index", at: 304, .int),
      ]),
    Group(
      "code_object",
      [
        Field("size", at: 312, .size),
        Field("filename", at: 320, .pointer),
        Field("name", at: 328, .pointer),
        Field("qualname", at: 336, .pointer),
        Field("linetable", at: 344, .pointer),
        Field("firstlineno", at: 352, .int),
        Field("argcount", at: 360, .int),
        Field("localsplusnames", at: 368, .pointer),
        Field("localspluskinds", at: 376, .pointer),
        Field("co_code_adaptive", at: 384, .byte),
        Field("co_tlbc", at: 392, .pointer),
      ]),
    Group(
      "pyobject",
      [
        Field("size", at: 400, .size),
        Field("ob_type", at: 408, .pointer),
      ]),
    Group(
      "type_object",
      [
        Field("size", at: 416, .size),
        Field("tp_name", at: 424, .pointer),
        Field("tp_repr", at: 432, .pointer),
        Field("tp_flags", at: 440, .long),
      ]),
    Group(
      "tuple_object",
      [
        Field("size", at: 448, .size),
        Field("ob_item", at: 456, .pointer),
        Field("ob_size", at: 464, .pointer),
      ]),
    Group(
      "list_object",
      [
        Field("size", at: 472, .size),
        Field("ob_item", at: 480, .pointer),
        Field("ob_size", at: 488, .pointer),
      ]),
    Group(
      "set_object",
      [
        Field("size", at: 496, .size),
        Field("used", at: 504, .pointer),
        Field("table", at: 512, .pointer),
        Field("mask", at: 520, .pointer),
      ]),
    Group(
      "dict_object",
      [
        Field("size", at: 528, .size),
        Field("ma_keys", at: 536, .pointer),
        Field("ma_values", at: 544, .pointer),
      ]),
    Group(
      "float_object",
      [
        Field("size", at: 552, .size),
        Field("ob_fval", at: 560, .double),
      ]),
    Group(
      "long_object",
      [
        Field("size", at: 568, .size),
        Field("lv_tag", at: 576, .pointer),
        Field("ob_digit", at: 584, .int),
      ]),
    Group(
      "bytes_object",
      [
        Field("size", at: 592, .size),
        Field("ob_size", at: 600, .pointer),
        Field("ob_sval", at: 608, .byte),
      ]),
    Group(
      "unicode_object",
      [
        Field("size", at: 616, .size),
        Field("state", at: 624, .int),
        Field("length", at: 632, .pointer),
        Field("asciiobject_size", at: 640, .size),
      ]),
    Group(
      "gc",
      [
        Field("size", at: 648, .size),
        Field("collecting", at: 656, .int),
      ]),
    Group(
      "gen_object",
      [
        Field("size", at: 664, .size),
        Field("gi_name", at: 672, .pointer),
        Field("gi_iframe", at: 680, .pointer),
        Field("gi_frame_state", at: 688, .byte),
      ]),
    Group(
      "llist_node",
      [
        Field("next", at: 696, .pointer),
        Field("prev", at: 704, .pointer),
      ]),
    Group(
      "debugger_support",
      [
        Field("eval_breaker", at: 712, .pointer),
        Field("remote_debugger_support", at: 720, .int),
        Field("remote_debugging_enabled", at: 728, .int),
        Field("debugger_pending_call", at: 736, .int),
        Field("debugger_script_path", at: 744, .byte),
        Field("debugger_script_path_size", at: 752, .size),
      ]),
  ]
}
