using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Cli.Native;

/// <summary>Starts programs.</summary>
internal static unsafe class Spawn
{
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;

    /// <summary>Starts a program.</summary>
    /// <param name="request">Which and how.</param>
    /// <returns>The process id, or why the program cannot be executed.</returns>
    public static Result<int> Start(SpawnRequest request)
    {
        List<int> hidden = request.IsDetached ? HideInheritedDescriptors() : [];
        SpawnBuffer actions, attributes;
        _ = Interop.SpawnFileActionsInit(&actions);
        _ = Interop.SpawnAttrInit(&attributes);
        SetAttributes(request, &attributes);
        if (request.IsDetached)
        {
            for (var standard = 0; standard < Descriptors.FirstOther; standard++)
                _ = Interop.SpawnFileActionsAddOpen(&actions, standard, "/dev/null", Descriptors.ReadWrite, 0);
        }
        foreach (var (descriptor, number) in request.Given)
            _ = Interop.SpawnFileActionsAddDup2(&actions, descriptor, number);
        var argv = Strings(request.Arguments);
        var envp = Strings(Variables(request));
        int process;
        var error = request.SearchPath
            ? Interop.PosixSpawnP(&process, request.Program, &actions, &attributes, argv, envp)
            : Interop.PosixSpawn(&process, request.Program, &actions, &attributes, argv, envp);
        Free(argv);
        Free(envp);
        _ = Interop.SpawnFileActionsDestroy(&actions);
        hidden.ForEach(descriptor => Descriptors.Hide(descriptor, isHidden: false));
        return error == 0 ? process : (Errno)error;
    }

    private static void SetAttributes(SpawnRequest request, SpawnBuffer* attributes)
    {
        var blocked = request.Blocked;
        // The runtime ignores SIGPIPE for itself, and what is ignored is inherited.
        var defaults = SignalSet.Of(Signals.BrokenPipe);
        _ = Interop.SpawnAttrSetSigMask(attributes, &blocked);
        _ = Interop.SpawnAttrSetSigDefault(attributes, &defaults);
        _ = Interop.SpawnAttrSetFlags(attributes, (short)(SetSignalMask | SetSignalDefaults | (request.IsDetached ? SetSession : 0)));
    }

    /// <summary>The environment. Plain loops: queries over pairs make the runtime build code tables, which every mount would wait for.</summary>
    private static List<string> Variables(SpawnRequest request)
    {
        var variables = new List<string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (!request.Variables.ContainsKey((string)entry.Key))
                variables.Add($"{entry.Key}={entry.Value}");
        }
        foreach (var (name, value) in request.Variables)
            variables.Add($"{name}={value}");
        return variables;
    }

    /// <summary>
    /// A descriptor that the caller's caller left open, such as the lock of a script or the end of a pipe, would be held for as long
    /// as the daemon lives.
    /// </summary>
    /// <returns>Those that were not hidden before.</returns>
    private static List<int> HideInheritedDescriptors()
    {
        var shown = new List<int>();
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            var descriptor = int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
            if (descriptor >= Descriptors.FirstOther && Descriptors.IsShown(descriptor))
                shown.Add(descriptor);
        }
        shown.ForEach(descriptor => Descriptors.Hide(descriptor));
        return shown;
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
