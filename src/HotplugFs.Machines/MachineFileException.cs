namespace HotplugFs.Machines;

/// <summary>A machine file or a recording is invalid. The message is one line.</summary>
/// <param name="file">The file's name as the user gave it.</param>
/// <param name="line">The number of the invalid line, from 1; 0 if the problem concerns the whole file.</param>
/// <param name="problem">What is wrong, and how to correct it.</param>
public sealed class MachineFileException(string file, int line, string problem)
    : Exception(OneLine(line > 0 ? $"{file}:{line}: {problem}" : $"{file}: {problem}"))
{
    /// <summary>Messages quote the file, which must not break the line or send control characters to the terminal.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
