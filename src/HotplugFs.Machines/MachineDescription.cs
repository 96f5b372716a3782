using HotplugFs.Engine;

namespace HotplugFs.Machines;

/// <summary>What a preset, a machine file or a recording says: a machine, and the kernel that it names.</summary>
/// <param name="Name">Its name, for the user.</param>
/// <param name="Definition">The machine.</param>
/// <param name="Kernel">The name of the kernel it asks for, one of the catalogue's.</param>
public sealed record MachineDescription(string Name, MachineDefinition Definition, string Kernel);

/// <summary>A machine file or recording that is refused.</summary>
/// <param name="file">The file's name as the user gave it.</param>
/// <param name="line">The line at fault, from 1; 0 if it concerns the file as a whole.</param>
/// <param name="problem">What is wrong, and what would be right.</param>
public sealed class MachineFileException(string file, int line, string problem)
    : Exception(OneLine(line > 0 ? $"{file}:{line}: {problem}" : $"{file}: {problem}"))
{
    /// <summary>Messages quote what the file says; it must not break the line or reach the terminal as control characters.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
