using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using HotplugFs.Cli.Containers;

namespace HotplugFs.Cli.Commands;

/// <summary>
/// <c>hotplugfs container [OPTION ...] [COMMAND ...]</c>: the entry point of the container image. It is not part of the help, because only
/// the image calls it.
/// </summary>
internal sealed class ContainerCommand
{
    private const string DefaultDirectory = "/run/hotplugfs";

    private const string Help = """
        Usage: docker run [-it] --device /dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined hotplugfs
                 [--machine NAME|FILE] [--kernel VERSION] [--movable-node] [--clock CLOCK] [--] [COMMAND ...]

        Mount a simulated machine over /sys/devices/system/memory of the container and run the command. Without a command, run a shell if
        there is a terminal (-it) or commands are piped in (-i); otherwise wait for docker exec until the container is stopped. The command
        "demo" is a demonstration.
        """;

    private readonly string[] _args;
    private readonly MachineOptions _machine = new();
    private readonly Argument<string[]> _command = new("COMMAND") { Arity = ArgumentArity.ZeroOrMore };

    private ContainerCommand(string[] args) => _args = args;

    /// <summary>The identity for users of docker run, who see one line for each error.</summary>
    public static ProgramIdentity Identity { get; } = new("hotplugfs", ExitStatus.Failure, ExitStatus.Failure) { HasOneLineErrors = true };

    /// <summary>Composes the subcommand.</summary>
    /// <param name="args">The whole command line, which is passed on if the program has to execute itself again.</param>
    public static Command Build(string[] args) => new ContainerCommand(args).Compose();

    /// <summary>Returns the arguments with -- before the command, so that its options are not taken for this program's.</summary>
    public static string[] SeparateCommand(string[] args)
    {
        var index = 0;
        while (index < args.Length && args[index].StartsWith('-'))
        {
            if (args[index] == "--")
                return args;
            index += args[index] is OptionNames.Machine or OptionNames.Kernel or OptionNames.Clock ? 2 : 1;
        }
        return index >= args.Length ? args : [.. args[..index], "--", .. args[index..]];
    }

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Container) { _command };
        _machine.AddTo(command);
        command.Add(new HelpOption("--help", "-h") { Action = new WriteHelp() });
        command.Validators.Add(result =>
        {
            // The parser takes an unknown option for the beginning of the command.
            foreach (var word in _args.TakeWhile(word => word != "--").Where(word => word.StartsWith('-')))
            {
                if (command.Options.All(option => option.Name != word.Split('=')[0] && !option.Aliases.Contains(word)))
                    result.AddError($"unknown option \"{word}\"");
            }
        });
        command.SetAction(parsed => new ContainerInit(new ContainerRequest
        {
            Arguments = _args,
            Directory = Environment.GetEnvironmentVariable(ContainerRequest.DirectoryVariable) is { Length: > 0 } directory
                ? directory
                : DefaultDirectory,
            Machine = _machine.Read(parsed),
            Command = parsed.GetValue(_command) ?? [],
        }, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run());
        return command;
    }

    private sealed class WriteHelp : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Help);
            return ExitStatus.Success;
        }
    }
}
