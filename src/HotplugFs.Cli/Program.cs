using HotplugFs.Cli;
using HotplugFs.Cli.Commands;
using HotplugFs.Cli.MountHelper;
using HotplugFs.Cli.Running;
using HotplugFs.Cli.Signals;
using HotplugFs.Cli.Watching;

Fcntl.OpenStandardStreams();
Signal.IgnoreFileSizeLimit();
// Before the program's name is looked at: a copy of the program that exists only under the helper's name starts its daemon by that name.
if (DaemonProgram.IsCalled(args))
    return DaemonProgram.Run(args);
if (StarterArguments.IsCalled(args))
    return new CommandStarter(StarterArguments.Parse(args)).Run();
var output = StandardStream.OpenOutput();
if (MountHelperCommand.IsCalled(ProgramName.Read()))
    return CommandLine.RunMountHelper(args, output, StandardStream.OpenError());
return MountLaunch.IsCalled(args)
    ? CommandLine.Guard(() => MountLaunch.Start(args, output), StandardStream.OpenError, ProgramIdentity.HotplugFs)
    : CommandLine.Guard(() =>
    {
        if (args is [SubcommandNames.Run or SubcommandNames.Container, ..])
            SignalThread.Block(ForwardedSignals.All, args);
        else if (args is [SubcommandNames.Watch, ..])
            SignalThread.Block(WatchSession.Signals, args);
        else if (args is [SubcommandNames.Record or SubcommandNames.Replay or SubcommandNames.Fleet, ..] || MountLaunch.MayBeInForeground(args))
            SignalThread.Block(SignalThread.Ending, args);
        return CommandLine.Run(args, output, StandardStream.OpenError());
    }, StandardStream.OpenError, ProgramIdentity.HotplugFs);
