namespace Tidegate.Diagnostics;

/// <summary>A named list of checks, such as those of <c>/readyz</c>, that remembers since when each is as it is.</summary>
/// <param name="name">Of the list, as the address has it.</param>
/// <param name="checks">Each must return soon and change nothing.</param>
internal sealed class HealthChecks(string name, TimeProvider time, params (string Name, Func<HealthFinding> Find)[] checks)
{
    private readonly Lock access = new();
    private readonly Dictionary<string, HealthCheck> last = new(StringComparer.Ordinal);

    public string Name => name;

    /// <summary>Makes every check.</summary>
    /// <param name="only">The name of the one to make; null for all.</param>
    /// <returns>Null when there is no check of that name.</returns>
    public HealthReport? Run(string? only = null)
    {
        lock (access)
        {
            var made = checks.Where(c => only is null || c.Name == only).Select(c => Make(c.Name, c.Find)).ToList();
            return made.Count == 0 ? null : new(name, only, made);
        }
    }

    private HealthCheck Make(string check, Func<HealthFinding> find)
    {
        var finding = Find(find);
        var before = last.GetValueOrDefault(check);
        var since = before?.Status == finding.Status ? before.Since : time.GetUtcNow();
        return last[check] = new(check, finding.Status, finding.Reason, since);
    }

    /// <summary>A check that fails itself is not ok, and must not take the answer with it.</summary>
    private static HealthFinding Find(Func<HealthFinding> find)
    {
        try
        {
            return find();
        }
        catch (Exception e)
        {
            return HealthFinding.Failed($"the check itself failed ({e.GetType().Name})");
        }
    }
}
