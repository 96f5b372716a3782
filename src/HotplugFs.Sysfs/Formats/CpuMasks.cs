using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Formats;

/// <summary>Returns CPUs that belong to an object.</summary>
internal delegate IReadOnlyList<int> CpusOf(int obj);

/// <summary>
/// Files that show which CPUs belong together, as far as they are online (docs/kernels.md, "CPU directories"). They are binary attributes
/// where <see cref="SysfsProfile.HasBinaryCpuMasks"/>.
/// </summary>
internal sealed class CpuMasks(Machine machine, SysfsProfile profile)
{
    private const int CpusPerWord = 32;

    /// <summary>A file with hexadecimal digits.</summary>
    public FileEntry Map(string name, CpusOf cpus) =>
        Make(name, (obj, text) => AppendMap(text, cpus(obj)), machine.PageSizeBytes);

    /// <summary>A file with a list of numbers.</summary>
    public FileEntry List(string name, CpusOf cpus) =>
        Make(name, (obj, text) => AppendList(text, cpus(obj)), Math.Max(machine.Config.CpuListSize, machine.PageSizeBytes));

    /// <summary>Appends the CPUs that are online as a list.</summary>
    public void AppendList(TextBuffer text, IReadOnlyList<int> cpus) =>
        KernelText.AppendList(text, cpus.Where(machine.Cpus.Online.Contains));

    /// <summary>Appends the CPUs that are online as a mask: a comma every 32 CPUs, as many digits as the machine's CPUs need.</summary>
    public void AppendMap(TextBuffer text, IReadOnlyList<int> cpus)
    {
        var last = Math.Max(machine.Cpus.Limit - 1, 0);
        Span<uint> words = stackalloc uint[last / CpusPerWord + 1];
        words.Clear();
        for (var i = 0; i < cpus.Count; i++)
            if (machine.Cpus.Online.Contains(cpus[i]))
                words[cpus[i] / CpusPerWord] |= 1u << cpus[i] % CpusPerWord;
        text.AppendHex(words[^1], last % CpusPerWord / 4 + 1);
        for (var word = words.Length - 2; word >= 0; word--)
            text.Append(',').AppendHex(words[word], CpusPerWord / 4);
    }

    private FileEntry Make(string name, Line line, long size) =>
        profile.HasBinaryCpuMasks ? Binary(name, line, size, omitsLastByte: true) : Ro(name, line);
}
