namespace HotplugFs.Replay.Recordings;

/// <summary>Methods of <see cref="RecordedOperation"/> that keep its type.</summary>
internal static class RecordedOperationExtensions
{
    /// <summary>
    /// Returns the operation, and the operation as it was in the other run if the runs differed. The rest of the recording continues from
    /// the first.
    /// </summary>
    public static T[] Results<T>(this T operation)
        where T : RecordedOperation => operation.Other is T other ? [operation, other] : [operation];
}
