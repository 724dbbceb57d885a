/// Positions in the table by series, and the values of GIL and free-threaded builds for x86_64
/// Linux, as `offsetof` over CPython's own headers gives them.
///
/// A line: name; positions in 3.13, 3.14 and 3.15; values in 3.13, 3.14 and 3.15, of both kinds of
/// build where they differ.
enum CompiledOffsets {
  static let text = """
    runtime_state.size 24 24 24 283408/328384 316616/365624 346560/409296
    runtime_state.finalizing 32 32 32 608 784 912
    runtime_state.interpreters_head 40 40 40 632 808 936
    interpreter_state.size 48 48 48 194984/215616 225864/249976 226232/250328
    interpreter_state.id 56 56 56 7272 7280 7272
    interpreter_state.next 64 64 64 7264 7272 7264
    interpreter_state.threads_head 72 72 72 7344 7344 7336
    interpreter_state.threads_main - 80 80 - 7360 7352
    interpreter_state.gc 80 88 88 7400 7408 7400
    interpreter_state.imports_modules 88 96 96 7656/7664 7688/7712 7592
    interpreter_state.sysdict 96 104 104 7640/7648 7672/7696 7576
    interpreter_state.builtins 104 112 112 7648/7656 7680/7704 7584
    interpreter_state.ceval_gil 112 120 120 16 16 16
    interpreter_state.gil_runtime_state 120 128 128 7752/7760 7784/7808 7736
    interpreter_state.gil_runtime_state_enabled 128 136 136 0 0 0
    interpreter_state.gil_runtime_state_locked 136 144 144 7768/7784 7800/7832 7752/7760
    interpreter_state.gil_runtime_state_holder 144 152 152 7760/7776 7792/7824 7744/7752
    interpreter_state.code_object_generation - 160 160 - 7992/8024 7944/7952
    interpreter_state.tlbc_generation - 168 168 - 0/17300 0/17252
    thread_state.size 152 176 176 312 832 888
    thread_state.prev 160 184 184 0 0 0
    thread_state.next 168 192 192 8 8 8
    thread_state.interp 176 200 200 16 16 16
    thread_state.current_frame 184 208 208 72 72 72
    thread_state.base_frame - - 216 - - 80
    thread_state.last_profiled_frame - - 224 - - 88
    thread_state.last_profiled_frame_seq - - 232 - - 96
    thread_state.thread_id 192 216 240 152 152 176
    thread_state.native_thread_id 200 224 248 160 160 184
    thread_state.datastack_chunk 208 232 256 232 232 256
    thread_state.status 216 240 264 32 32 32
    thread_state.holds_gil - - 272 - - 36
    thread_state.gil_requested - - 280 - - 40
    thread_state.current_exception - - 288 - - 136
    thread_state.exc_state - - 296 - - 288
    err_stackitem.exc_value - - 304 - - 0
    interpreter_frame.size 224 248 312 80 88 88
    interpreter_frame.previous 232 256 320 8 8 8
    interpreter_frame.executable 240 264 328 0 0 0
    interpreter_frame.instr_ptr 248 272 336 56 56 56
    interpreter_frame.localsplus 256 280 344 72 80 80
    interpreter_frame.owner 264 288 352 70 74/78 74/78
    interpreter_frame.stackpointer - 296 360 - 64 64
    interpreter_frame.tlbc_index - 304 368 - 0/72 0/72
    code_object.size 272 312 376 208/224 216/240 216/240
    code_object.filename 280 320 384 112/128 112/128 112/128
    code_object.name 288 328 392 120/136 120/136 120/136
    code_object.qualname 296 336 400 128/144 128/144 128/144
    code_object.linetable 304 344 408 136/152 136/152 136/152
    code_object.firstlineno 312 352 416 68/84 68/84 68/84
    code_object.argcount 320 360 424 52/68 52/68 52/68
    code_object.localsplusnames 328 368 432 96/112 96/112 96/112
    code_object.localspluskinds 336 376 440 104/120 104/120 104/120
    code_object.co_code_adaptive 344 384 448 200/216 208/232 208/232
    code_object.co_tlbc - 392 456 - 0/224 0/224
    pyobject.size 352 400 464 16/32 16/32 16/32
    pyobject.ob_type 360 408 472 8/24 8/24 8/24
    type_object.size 368 416 480 416/432 416/432 424/440
    type_object.tp_name 376 424 488 24/40 24/40 24/40
    type_object.tp_repr 384 432 496 88/104 88/104 88/104
    type_object.tp_flags 392 440 504 168/184 168/184 168/184
    type_object.tp_basicsize - - 512 - - 32/48
    type_object.tp_dictoffset - - 520 - - 288/304
    heap_type_object.size - - 528 - - 944/968
    heap_type_object.ht_cached_keys - - 536 - - 888/904
    tuple_object.size 400 448 544 32/48 40/56 40/56
    tuple_object.ob_item 408 456 552 24/40 32/48 32/48
    tuple_object.ob_size 416 464 560 16/32 16/32 16/32
    list_object.size 424 472 568 40/56 40/56 40/56
    list_object.ob_item 432 480 576 24/40 24/40 24/40
    list_object.ob_size 440 488 584 16/32 16/32 16/32
    set_object.size - 496 592 - 200/216 200/216
    set_object.used - 504 600 - 24/40 24/40
    set_object.table - 512 608 - 40/56 40/56
    set_object.mask - 520 616 - 32/48 32/48
    dict_object.size 448 528 624 48/64 48/64 48/64
    dict_object.ma_keys 456 536 632 32/48 32/48 32/48
    dict_object.ma_values 464 544 640 40/56 40/56 40/56
    float_object.size 472 552 648 24/40 24/40 24/40
    float_object.ob_fval 480 560 656 16/32 16/32 16/32
    long_object.size 488 568 664 32/48 32/48 32/48
    long_object.lv_tag 496 576 672 16/32 16/32 16/32
    long_object.ob_digit 504 584 680 24/40 24/40 24/40
    bytes_object.size 512 592 688 40/56 40/56 40/56
    bytes_object.ob_size 520 600 696 16/32 16/32 16/32
    bytes_object.ob_sval 528 608 704 32/48 32/48 32/48
    unicode_object.size 536 616 712 64/80 64/80 64/80
    unicode_object.state 544 624 720 32/48 32/48 32/48
    unicode_object.length 552 632 728 16/32 16/32 16/32
    unicode_object.asciiobject_size 560 640 736 40/56 40/56 40/56
    unicode_object.compactunicodeobject_size - - 744 - - 56/72
    gc.size 568 648 752 240/248 264/288 176
    gc.collecting 576 656 760 200 192 112
    gc.frame - - 768 - - 120
    gc.generation_stats_size - - 776 - - 1120/224
    gc.generation_stats - - 784 - - 104
    gen_object.size - 664 792 - 160/176 160/176
    gen_object.gi_name - 672 800 - 24/40 24/40
    gen_object.gi_iframe - 680 808 - 72/88 72/88
    gen_object.gi_frame_state - 688 816 - 67/83 67/83
    llist_node.next - 696 824 - 0 0
    llist_node.prev - 704 832 - 8 8
    debugger_support.eval_breaker - 712 840 - 24 24
    debugger_support.remote_debugger_support - 720 848 - 304 344
    debugger_support.remote_debugging_enabled - 728 856 - 8076/8108 8028/8036
    debugger_support.debugger_pending_call - 736 864 - 0 0
    debugger_support.debugger_script_path - 744 872 - 4 4
    debugger_support.debugger_script_path_size - 752 880 - 512 512
    """

  struct Field {
    var name: String
    var position: Int
    var value: UInt64
    var freeThreadedValue: UInt64
  }

  static func all(minor: Int) -> [Field] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      let values = fields[minor - 13 + 4].split(separator: "/").compactMap { UInt64($0) }
      guard let position = Int(fields[minor - 13 + 1]), let first = values.first,
        let last = values.last
      else { return nil }
      return Field(
        name: String(fields[0]), position: position, value: first, freeThreadedValue: last)
    }
  }
}
