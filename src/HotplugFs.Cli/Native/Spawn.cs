using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Cli.Native;

/// <summary>Starts a program in a session of its own that holds nothing of the caller but one descriptor.</summary>
internal static unsafe class Spawn
{
    private const short SetSession = 0x80;
    private const int ReadWrite = 2;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;
    private const int StandardDescriptors = 3;

    /// <summary>Starts it with /dev/null as standard input, output and error.</summary>
    /// <param name="path">The program's file.</param>
    /// <param name="arguments">Its arguments, beginning with its name.</param>
    /// <param name="given">A descriptor to hand over.</param>
    /// <param name="number">The number that it gets there.</param>
    /// <returns>The process id.</returns>
    public static Result<int> Start(string path, IReadOnlyList<string> arguments, int given, int number)
    {
        ForgetInheritedDescriptors();
        SpawnBuffer actions, attributes;
        _ = Interop.SpawnFileActionsInit(&actions);
        _ = Interop.SpawnAttrInit(&attributes);
        _ = Interop.SpawnAttrSetFlags(&attributes, SetSession);
        for (var standard = 0; standard < StandardDescriptors; standard++)
            _ = Interop.SpawnFileActionsAddOpen(&actions, standard, "/dev/null", ReadWrite, 0);
        _ = Interop.SpawnFileActionsAddDup2(&actions, given, number);
        var argv = Strings(arguments);
        var envp = Strings(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}").ToArray());
        int process;
        var error = Interop.PosixSpawn(&process, path, &actions, &attributes, argv, envp);
        Free(argv);
        Free(envp);
        _ = Interop.SpawnFileActionsDestroy(&actions);
        return error == 0 ? process : (Errno)error;
    }

    /// <summary>
    /// A descriptor that the caller's caller left open, such as the lock of a script or the end of a pipe, would be held for as long
    /// as the mount lasts. This process has no use for them either.
    /// </summary>
    private static void ForgetInheritedDescriptors()
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            var descriptor = int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
            if (descriptor >= StandardDescriptors)
                _ = Interop.Fcntl(descriptor, SetDescriptorFlags, CloseOnExec);
        }
    }

    private static byte** Strings(IReadOnlyList<string> strings)
    {
        var array = (byte**)NativeMemory.Alloc((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < strings.Count; i++)
            array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        array[strings.Count] = null;
        return array;
    }

    private static void Free(byte** array)
    {
        for (var i = 0; array[i] is not null; i++)
            Marshal.FreeCoTaskMem((nint)array[i]);
        NativeMemory.Free(array);
    }
}
