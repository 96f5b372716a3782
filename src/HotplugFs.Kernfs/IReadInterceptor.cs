namespace HotplugFs.Kernfs;

/// <summary>Can answer reads in place of the files.</summary>
public interface IReadInterceptor
{
    /// <summary>False if all files answer themselves.</summary>
    bool IsActive { get; }

    /// <summary>Called when the text of a file is about to be made.</summary>
    /// <param name="file">The open file that is read.</param>
    /// <param name="text">Receives the text; empty at the call.</param>
    /// <param name="result">Success, the error of the read, or EWAITING to be called again.</param>
    /// <returns>False if the file answers.</returns>
    bool TryMakeText(KernfsOpenFile file, TextBuffer text, out Result result);
}
