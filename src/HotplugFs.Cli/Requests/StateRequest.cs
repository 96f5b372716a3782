namespace HotplugFs.Cli.Requests;

/// <summary>The file that keeps a machine.</summary>
/// <param name="File">Its path; it is made if it does not exist.</param>
/// <param name="Syncs">True to wait for the disk at each change.</param>
/// <param name="Recovers">True to cut a damaged file before the first record that is damaged.</param>
internal sealed record StateRequest(string File, bool Syncs = false, bool Recovers = false);
