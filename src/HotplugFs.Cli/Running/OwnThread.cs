using System.Runtime.ExceptionServices;

namespace HotplugFs.Cli.Running;

/// <summary>Runs what must not change the namespaces of the calling thread.</summary>
internal static class OwnThread
{
    /// <summary>Runs a function on a new thread, and waits for it.</summary>
    /// <returns>The function's result. Its exception is thrown on the calling thread.</returns>
    public static T Run<T>(Func<T> function)
        where T : struct
    {
        T result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception problem)
            {
                failure = ExceptionDispatchInfo.Capture(problem);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
