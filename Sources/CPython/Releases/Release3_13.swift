extension FeatureRelease {
  /// CPython 3.13: the first release with a table of debug offsets and with free-threaded builds
  /// (PEP 703).
  static let python313 = FeatureRelease(
    PythonSeries(3, 13),
    debugOffsets: DebugOffsetsFormat(PythonSeries(3, 13), tableSize: 584) { groups313 },
    packagedBuilds: [[], .debug, .freeThreaded])

  /// 584 bytes, without `debugger_support`. The order is that of
  /// `Include/internal/pycore_runtime.h` of the final releases.
  private static let groups313: [DebugOffsetsLayout.Group] = [
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
        Field("gc", at: 80, .pointer),
        Field("imports_modules", at: 88, .pointer),
        Field("sysdict", at: 96, .pointer),
        Field("builtins", at: 104, .pointer),
        Field("ceval_gil", at: 112, .pointer),
        Field("gil_runtime_state", at: 120, .pointer),
        Field("gil_runtime_state_enabled", at: 128, .int),
        Field("gil_runtime_state_locked", at: 136, .int),
        Field("gil_runtime_state_holder", at: 144, .pointer),
      ]),
    Group(
      "thread_state",
      [
        Field("size", at: 152, .size),
        Field("prev", at: 160, .pointer),
        Field("next", at: 168, .pointer),
        Field("interp", at: 176, .pointer),
        Field("current_frame", at: 184, .pointer),
        Field("thread_id", at: 192, .long),
        Field("native_thread_id", at: 200, .long),
        Field("datastack_chunk", at: 208, .pointer),
        Field("status", at: 216, .int),
      ]),
    Group(
      "interpreter_frame",
      [
        Field("size", at: 224, .size),
        Field("previous", at: 232, .pointer),
        Field("executable", at: 240, .pointer),
        Field("instr_ptr", at: 248, .pointer),
        Field("localsplus", at: 256, .pointer),
        Field("owner", at: 264, .byte),
      ]),
    Group(
      "code_object",
      [
        Field("size", at: 272, .size),
        Field("filename", at: 280, .pointer),
        Field("name", at: 288, .pointer),
        Field("qualname", at: 296, .pointer),
        Field("linetable", at: 304, .pointer),
        Field("firstlineno", at: 312, .int),
        Field("argcount", at: 320, .int),
        Field("localsplusnames", at: 328, .pointer),
        Field("localspluskinds", at: 336, .pointer),
        Field("co_code_adaptive", at: 344, .byte),
      ]),
    Group(
      "pyobject",
      [
        Field("size", at: 352, .size),
        Field("ob_type", at: 360, .pointer),
      ]),
    Group(
      "type_object",
      [
        Field("size", at: 368, .size),
        Field("tp_name", at: 376, .pointer),
        Field("tp_repr", at: 384, .pointer),
        Field("tp_flags", at: 392, .long),
      ]),
    Group(
      "tuple_object",
      [
        Field("size", at: 400, .size),
        Field("ob_item", at: 408, .pointer),
        Field("ob_size", at: 416, .pointer),
      ]),
    Group(
      "list_object",
      [
        Field("size", at: 424, .size),
        Field("ob_item", at: 432, .pointer),
        Field("ob_size", at: 440, .pointer),
      ]),
    Group(
      "dict_object",
      [
        Field("size", at: 448, .size),
        Field("ma_keys", at: 456, .pointer),
        Field("ma_values", at: 464, .pointer),
      ]),
    Group(
      "float_object",
      [
        Field("size", at: 472, .size),
        Field("ob_fval", at: 480, .double),
      ]),
    Group(
      "long_object",
      [
        Field("size", at: 488, .size),
        Field("lv_tag", at: 496, .pointer),
        Field("ob_digit", at: 504, .int),
      ]),
    Group(
      "bytes_object",
      [
        Field("size", at: 512, .size),
        Field("ob_size", at: 520, .pointer),
        Field("ob_sval", at: 528, .byte),
      ]),
    Group(
      "unicode_object",
      [
        Field("size", at: 536, .size),
        Field("state", at: 544, .int),
        Field("length", at: 552, .pointer),
        Field("asciiobject_size", at: 560, .size),
      ]),
    Group(
      "gc",
      [
        Field("size", at: 568, .size),
        Field("collecting", at: 576, .int),
      ]),
  ]
}
