using HotplugFs.Cli;
using HotplugFs.Cli.Mounting;

return MountHelper.IsCalled(ProgramName.Read(), args)
    ? MountHelper.Run(args, Console.Out, Console.Error)
    : CommandLine.Run(args, Console.Out, Console.Error);
