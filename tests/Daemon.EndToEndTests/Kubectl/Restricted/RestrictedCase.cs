namespace Tidegate.EndToEndTests.Kubectl.Restricted;

/// <summary>One line of a case: what is done or looked at, and its words.</summary>
internal sealed record RestrictedStep(string Verb, string Text, string Place);

/// <summary>
/// One thing that somebody with restricted roles does with kubectl or helm, from the <c>*.cases</c> beside this. <c>== name</c> begins a case; a line is a verb
/// and its text, in the order in which they happen; <c>#</c> begins a remark. What the verbs mean: <see cref="RestrictedRun"/>. Of the case itself:
/// <list type="table">
/// <item><term>as PERSON</term><description>who does it</description></item>
/// <item><term>since MINOR, before MINOR</term><description>the kubectl versions that can</description></item>
/// <item><term>over commands|port-forward</term><description>once over each transport that the version has for it</description></item>
/// </list>
/// </summary>
internal sealed record RestrictedCase(string Name, string Person, int Since, int Before, Travels Travels, IReadOnlyList<RestrictedStep> Steps)
{
    public static IReadOnlyList<RestrictedCase> All { get; } =
        [.. Directory.GetFiles(Folder, "*.cases").Order(StringComparer.Ordinal).SelectMany(f => Parse(Path.GetFileName(f), File.ReadAllLines(f)))];

    /// <summary>Where the cases and the manifests lie beside the tests.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Kubectl", "Restricted");

    public bool IsFor(KubectlBuild build) => build.Minor >= Since && build.Minor < Before;

    public IEnumerable<Transport> TransportsOf(KubectlBuild build) => new KubectlOperation(Name, Travels, _ => Task.CompletedTask).TransportsOf(build);

    /// <exception cref="InvalidDataException">A line is none, or a case says nothing of who does it or what comes of it.</exception>
    public static IEnumerable<RestrictedCase> Parse(string file, IReadOnlyList<string> lines)
    {
        RestrictedCase? current = null;
        List<RestrictedStep> steps = [];
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#')
            {
                continue;
            }

            string[] parts = lines[i].Split(' ', 2);
            (string verb, string text, string place) = (parts[0], parts.Length == 2 ? parts[1] : "", $"{file}:{i + 1}");
            if (verb == "==")
            {
                if (current is not null)
                {
                    yield return Checked(current, steps);
                }

                (current, steps) = (new RestrictedCase(text, "", 0, int.MaxValue, Travels.Plain, []), []);
                continue;
            }

            RestrictedCase open = current ?? throw new InvalidDataException($"{place}: a line before the first case");
            current = verb switch
            {
                "as" => open with { Person = text },
                "since" => open with { Since = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) },
                "before" => open with { Before = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) },
                "over" => open with { Travels = text == "commands" ? Travels.AsCommand : Travels.AsPortForward },
                _ => open,
            };
            if (current == open)
            {
                if (!RestrictedRun.Actions.Contains(verb) && !RestrictedRun.Checks.Contains(verb) && !verb.StartsWith('$'))
                {
                    throw new InvalidDataException($"{place}: no verb \"{verb}\"");
                }

                steps.Add(new(verb, text, place));
            }
        }

        if (current is not null)
        {
            yield return Checked(current, steps);
        }
    }

    private static RestrictedCase Checked(RestrictedCase read, List<RestrictedStep> steps)
    {
        if (read.Person.Length == 0 || !steps.Exists(s => RestrictedRun.Checks.Contains(s.Verb)))
        {
            throw new InvalidDataException($"the case \"{read.Name}\" has nobody who does it, or checks nothing");
        }

        return read with { Steps = steps };
    }
}
