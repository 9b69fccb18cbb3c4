using Tidegate.Hosting;

namespace Tidegate.Tests.Hosting;

/// <summary>The process that <see cref="SignalsTests"/> sends signals to: one line for each that it answers, to the end of its input.</summary>
internal static class SignalAnswers
{
    public static void Run(TextReader input, TextWriter output)
    {
        using var signals = Signals.Register(() => Say("reload"), signal => Say(signal.ToString()));
        Say("ready");
        input.ReadToEnd();

        void Say(string line)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
