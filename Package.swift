// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let differences: [Target.Dependency] = [
  .product(name: "CustomDump", package: "swift-custom-dump"),
  .product(name: "IssueReportingTestSupport", package: "xctest-dynamic-overlay"),
]

// For Linux: what it does with processes is the kernel's own interface.
let package = Package(
  name: "matrix",
  products: [
    .executable(name: "matrix", targets: ["MatrixCommand"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(
      url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/pointfreeco/swift-custom-dump", from: "1.7.0"),
    // Without it a difference is printed on Linux, and fails no test.
    .package(url: "https://github.com/pointfreeco/xctest-dynamic-overlay", from: "1.2.2"),
  ],
  targets: [
    // Knowledge: no operating system calls.
    .target(name: "CPython", dependencies: ["ObjectFile"], swiftSettings: settings),
    .target(name: "ObjectFile", swiftSettings: settings),

    // What the machine has and what runs on it.
    .target(name: "CTargetProcess"),
    .target(
      name: "TargetProcess", dependencies: ["CTargetProcess", "ObjectFile", system],
      swiftSettings: settings),
    // CPython's runtime in a live process: where it is, and the walk through its lists.
    .target(
      name: "PythonRuntime", dependencies: ["CPython", "ObjectFile", "TargetProcess"],
      swiftSettings: settings),
    .target(
      name: "Interpreters", dependencies: ["CPython", subprocess, system],
      swiftSettings: settings),
    .target(
      name: "Inspection",
      dependencies: ["CPython", "ObjectFile", "PythonRuntime", "TargetProcess", system],
      swiftSettings: settings),

    // Getting code into a running CPython.
    .target(
      name: "Attach",
      dependencies: [
        "CPython", "CTargetProcess", "ObjectFile", "PythonRuntime", "TargetProcess", system,
      ],
      exclude: ["Payloads"], swiftSettings: settings, plugins: ["EmbedFilesPlugin"]),

    .target(
      name: "Agent", dependencies: ["Attach", system], swiftSettings: settings,
      plugins: ["EmbedFilesPlugin"]),

    // Driving a debugger and judging what it shows.
    .target(name: "DebugSession", dependencies: [system], swiftSettings: settings),
    .target(
      name: "Harness",
      dependencies: [
        "Agent", "Attach", "CPython", "DebugSession", "Interpreters", "ObjectFile", "TargetProcess",
        subprocess, system,
      ],
      path: "Harness", exclude: ["Agent", "Host"], swiftSettings: settings,
      plugins: ["EmbedFilesPlugin"]),
    .target(
      name: "Matrix", dependencies: ["CPython", "Harness", "Interpreters", mustache, system],
      path: "Matrix", exclude: ["Scenarios", "Templates"], swiftSettings: settings,
      plugins: ["EmbedFilesPlugin"]),
    .executableTarget(
      name: "MatrixCommand",
      dependencies: [
        "Agent", "Attach", "CPython", "Harness", "Inspection", "Interpreters", "Matrix",
        "PythonRuntime", "TargetProcess", arguments, system,
      ],
      swiftSettings: settings),

    // An application that embeds CPython.
    .executableTarget(
      name: "Host", path: "Harness/Host",
      linkerSettings: [
        .linkedLibrary("dl"),
        // C alone: it runs where there is no Swift.
        .unsafeFlags(
          ["-static-stdlib", "-nostartfiles", "-Xlinker", "--as-needed"]
        ),
      ]),

    // The agent, the host, the payloads, the scenarios and the templates travel inside the binary.
    .executableTarget(name: "EmbedFiles", swiftSettings: settings),
    .plugin(
      name: "EmbedFilesPlugin", capability: .buildTool(), dependencies: ["EmbedFiles", "Host"]),

    .testTarget(
      name: "CPythonTests",
      dependencies: ["CPython", "ObjectFile", "ObjectFileSamples", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ObjectFileTests", dependencies: ["ObjectFile", "ObjectFileSamples", "TestSupport"],
      swiftSettings: settings),
    .target(
      name: "ObjectFileSamples", path: "Tests/ObjectFileSamples", swiftSettings: settings),
    .target(name: "CTestSupport", path: "Tests/CTestSupport"),
    .target(
      name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "InspectionTests",
      dependencies: [
        "CPython", "Inspection", "ObjectFile", "ObjectFileSamples", "PythonRuntime",
        "TargetProcess",
        "TestSupport", system,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "TargetProcessTests", dependencies: ["ObjectFile", "TargetProcess", system],
      swiftSettings: settings),
    .testTarget(
      name: "InterpretersTests", dependencies: ["CPython", "Interpreters", system] + differences,
      swiftSettings: settings),
    .testTarget(
      name: "AttachTests",
      dependencies: [
        "Attach", "CPython", "Interpreters", "PythonRuntime", "TargetProcess", "TestSupport",
        system,
      ],
      exclude: ["Targets"], swiftSettings: settings),
    .testTarget(
      name: "DebugSessionTests", dependencies: ["DebugSession", system],
      swiftSettings: settings),
    .testTarget(
      name: "HarnessTests",
      dependencies: [
        "CPython", "CTestSupport", "DebugSession", "Harness", "Interpreters", "TargetProcess",
        system,
      ] + differences,
      swiftSettings: settings),
    .testTarget(
      name: "MatrixTests",
      dependencies: ["CPython", "Harness", "Interpreters", "Matrix", system] + differences,
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "CPython", "Harness", "Interpreters", "Matrix", "MatrixCommand", "TestSupport", subprocess,
        system,
      ],
      exclude: ["Listening", "SelfTests"], swiftSettings: settings),
  ]
)
