using System.Collections;

namespace HotplugFs.Linux;

/// <summary>spawn.h: starting programs. All functions return the error number.</summary>
public static unsafe partial class Spawn
{
    private const short POSIX_SPAWN_SETSIGDEF = 0x04;
    private const short POSIX_SPAWN_SETSIGMASK = 0x08;
    private const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>The first descriptor that is no standard stream.</summary>
    private const int FirstOther = 3;

    /// <summary>Starts a program (posix_spawn(3), posix_spawnp(3)).</summary>
    /// <returns>The process id, or the error of execve(2).</returns>
    public static Result<int> Start(SpawnRequest request)
    {
        List<int> hidden = [];
        if (request.IsDetached && HideInheritedDescriptors(hidden).Failed(out var problem))
            return problem;
        _ = posix_spawn_file_actions_init(out var actions);
        _ = posix_spawnattr_init(out var attributes);
        SetAttributes(request, ref attributes);
        AddActions(request, ref actions);
        var argv = Strings(request.Arguments);
        var envp = Strings(Variables(request));
        var error = request.SearchPath
            ? posix_spawnp(out var process, request.Program, ref actions, ref attributes, argv, envp)
            : posix_spawn(out process, request.Program, ref actions, ref attributes, argv, envp);
        Free(argv);
        Free(envp);
        _ = posix_spawn_file_actions_destroy(ref actions);
        hidden.ForEach(descriptor => _ = Fcntl.SetCloseOnExec(descriptor, closes: false));
        return error == 0 ? process : (Errno)error;
    }

    /// <summary>Replaces this process by a program in the directories of PATH (execvp(3)).</summary>
    /// <param name="arguments">The arguments; the first is the program's name.</param>
    /// <returns>The error of execve(2); otherwise it does not return.</returns>
    public static Errno Replace(IReadOnlyList<string> arguments)
    {
        var argv = Strings(arguments);
        _ = execvp(arguments[0], argv);
        var error = Libc.LastError;
        Free(argv);
        return error;
    }

    private static void SetAttributes(SpawnRequest request, ref SpawnBuffer attributes)
    {
        var blocked = request.Blocked;
        // The runtime ignores SIGPIPE and this program SIGXFSZ, and programs inherit ignored signals.
        var defaults = SignalSet.Of(Signal.SIGPIPE, Signal.SIGXFSZ);
        _ = posix_spawnattr_setsigmask(ref attributes, ref blocked);
        _ = posix_spawnattr_setsigdefault(ref attributes, ref defaults);
        var session = request.IsDetached ? POSIX_SPAWN_SETSID : (short)0;
        _ = posix_spawnattr_setflags(ref attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session));
    }

    private static void AddActions(SpawnRequest request, ref SpawnBuffer actions)
    {
        if (request.IsDetached)
        {
            for (var standard = 0; standard < FirstOther; standard++)
                _ = posix_spawn_file_actions_addopen(ref actions, standard, "/dev/null", Fcntl.O_RDWR, 0);
        }
        foreach (var (descriptor, number) in request.Given)
            _ = posix_spawn_file_actions_adddup2(ref actions, descriptor, number);
    }

    /// <summary>The environment. Queries over pairs would make the runtime build code tables, which every mount would wait for.</summary>
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

    /// <summary>Otherwise a daemon would hold a script's lock or a pipe's end, which this process inherited, for its whole life.</summary>
    /// <param name="inherited">Receives the descriptors that were changed.</param>
    /// <returns>The error of reading /proc/self/fd.</returns>
    private static Result HideInheritedDescriptors(List<int> inherited)
    {
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            {
                var descriptor = int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
                if (descriptor >= FirstOther && Fcntl.IsInherited(descriptor))
                    inherited.Add(descriptor);
            }
        }
        catch (DirectoryNotFoundException)
        {
            return Errno.ENOENT;
        }
        catch (IOException problem)
        {
            // The runtime has no type of exception for the other errors; it passes on their numbers.
            return (Errno)problem.HResult;
        }
        inherited.ForEach(descriptor => _ = Fcntl.SetCloseOnExec(descriptor));
        return Result.Ok;
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

    [LibraryImport(Libc.Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(
        out int pid, string path, ref SpawnBuffer file_actions, ref SpawnBuffer attrp, byte** argv, byte** envp);

    [LibraryImport(Libc.Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawnp(
        out int pid, string file, ref SpawnBuffer file_actions, ref SpawnBuffer attrp, byte** argv, byte** envp);

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execvp(string file, byte** argv);

    [LibraryImport(Libc.Name)]
    private static partial int posix_spawnattr_init(out SpawnBuffer attr);

    [LibraryImport(Libc.Name)]
    private static partial int posix_spawnattr_setflags(ref SpawnBuffer attr, short flags);

    [LibraryImport(Libc.Name)]
    private static partial int posix_spawnattr_setsigmask(ref SpawnBuffer attr, ref SignalSet sigmask);

    [LibraryImport(Libc.Name)]
    private static partial int posix_spawnattr_setsigdefault(ref SpawnBuffer attr, ref SignalSet sigdefault);

    [LibraryImport(Libc.Name)]
    private static partial int posix_spawn_file_actions_init(out SpawnBuffer file_actions);

    [LibraryImport(Libc.Name)]
    private static partial int posix_spawn_file_actions_destroy(ref SpawnBuffer file_actions);

    [LibraryImport(Libc.Name)]
    private static partial int posix_spawn_file_actions_adddup2(ref SpawnBuffer file_actions, int fd, int newfd);

    [LibraryImport(Libc.Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addopen(ref SpawnBuffer file_actions, int fd, string path, int oflag, uint mode);
}
