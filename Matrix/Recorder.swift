/// Makes something of a run's events. Recorders know nothing of one another.
///
/// Events arrive one at a time, in order, and end with ``Event/runFinished(_:)``.
public protocol Recorder: AnyObject {
  /// - Throws: an error that names the file that could not be written, and why. The run goes on
  ///   for the other recorders and ends with exit code 3.
  func record(_ event: Event) throws
}
