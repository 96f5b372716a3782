using HotplugFs.Simulator.Kernel;

namespace HotplugFs.Simulator.Clients;

/// <summary>A process that uses the file system: it does one activity after another, and waits for each reply.</summary>
/// <param name="choose">Returns the next activity: the requests it sends, and null where it waits for something else.</param>
internal sealed class Client(Func<IEnumerable<Call?>> choose)
{
    private IEnumerator<Call?> _activity = Enumerable.Empty<Call?>().GetEnumerator();
    private Call? _call;

    public bool IsRunnable => _call is null or { IsDone: true };

    /// <summary>Continues until the next request.</summary>
    /// <returns>The request, or null if the activity ended or has nothing to send now.</returns>
    public Call? Continue()
    {
        _call = null;
        if (_activity.MoveNext())
            return _call = _activity.Current;
        _activity.Dispose();
        _activity = choose().GetEnumerator();
        return null;
    }
}
