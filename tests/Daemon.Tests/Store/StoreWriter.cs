using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Store;

namespace Tidegate.Tests.Store;

/// <summary>The victim of the kill test: writes state after state until it is killed, and says which it has written.</summary>
internal static class StoreWriter
{
    public const int Files = 40;

    public static void Run(string path, TextWriter output)
    {
        using var store = StateStore.Open(path, NullLogger<StateStore>.Instance);
        var number = int.Parse(store.ReadApplied()?.Revision.Id ?? "0", CultureInfo.InvariantCulture);
        while (true)
        {
            number++;
            store.WriteApplied(State(number));
            store.AppendHistory(new(DateTimeOffset.UnixEpoch, TimeSpan.Zero, "timer", "Applied", $"{number}", "{}"));
            output.WriteLine(number);
            output.Flush();
        }
    }

    /// <summary>Every file of a state tells the state's number, so that a mixture of two is noticed.</summary>
    public static Applied State(int number) => new(
        new($"{number}", "Ada <ada@example.com>", DateTimeOffset.UnixEpoch, "Change"),
        Enumerable.Range(0, Files).Select(i => new AppliedFile($"f{i}.yaml", $"{number}", Encoding.UTF8.GetBytes($"{number}:{new string('x', 500)}"), false)).ToList());
}
