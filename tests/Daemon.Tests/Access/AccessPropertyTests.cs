using CsCheck;
using Tidegate.Access;
using Tidegate.Labels;
using Tidegate.Values;
using static Tidegate.Tests.Access.AccessWorld;

namespace Tidegate.Tests.Access;

/// <summary>What must hold in every world, however odd: random roles over few names, so that they meet.</summary>
public sealed class AccessPropertyTests
{
    private const string Person = "alice";
    private const string OwnNameRefused = "impersonation request has been denied, user header \"alice\" is not allowed in roles";

    private static readonly Gen<string> LabelKey = Gen.OneOf("env", "region", "*", "{{external.key}}");
    private static readonly Gen<string> LabelValue = Gen.OneOf("prod", "dev", "*", "p*", "", "^(prod|dev)$", "^p", "^(broken$", "{{external.team}}", "{{external.missing}}");
    private static readonly Gen<string> PrincipalName = Gen.OneOf("a", "b", "c", "*", Person, "{{external.team}}", "{{external.missing}}", "system:nodes", "system:masters", "gr\u00fcn");

    private static readonly Gen<WrittenConditions> Conditions = Gen.Select(
        Gen.Dictionary(LabelKey, LabelValue.Array[0, 2])[0, 2], PrincipalName.Array[0, 3], PrincipalName.Array[0, 2], (labels, groups, users) =>
            new WrittenConditions { Labels = labels, Groups = groups, Users = users });

    private static readonly Gen<WrittenRole> AnyRole = Gen.Select(Conditions, Gen.Frequency((3, Gen.Const(new WrittenConditions())), (1, Conditions)), (allow, deny) =>
        new WrittenRole { Allow = allow, Deny = deny });

    private static readonly Gen<Dictionary<string, string>> ClusterLabels = Gen.Dictionary(Gen.OneOf("env", "region"), Gen.OneOf("prod", "dev", ""))[0, 2];

    private static readonly Gen<string> Asks = Gen.OneOf("-", "-", "user=a", "user=alice", "group=a", "group=b;group=a", "user=a;group=c", "user=;group=a", "header=Impersonate-Uid", "group=system:authenticated");

    private static readonly Gen<AccessWorld> Worlds = Gen.Select(AnyRole.Array[0, 4], ClusterLabels, Gen.OneOf("prod", "*", "a").Array[0, 2], Gen.OneOf("env", "region").Array[0, 1], (roles, labels, team, key) =>
        Create(roles, labels, new() { ["team"] = team, ["key"] = key }));

    [Fact]
    public void Adding_a_deny_never_allows_more() =>
        Gen.Select(Worlds, Conditions, Asks).Sample(
            (world, deny, asks) =>
            {
                var before = Decide(world, asks);
                var after = Decide(With(world, new WrittenRole { Deny = deny }), asks);
                if (after is not AccessAllowed allowed)
                {
                    return true;
                }

                // A deny may take away all users but one, so that nothing needs to be chosen any more, or the one that cannot be sent. What it leaves was given before.
                return Before(world) is { } given && given.Users.Contains(allowed.Principal.User) && allowed.Principal.Groups.All(g => given.Groups.Contains(g) || g == "system:authenticated")
                    && (before is AccessAllowed || IsAmbiguous(before) || IsUnsendable(before));
            },
            iter: 700);

    [Fact]
    public void Adding_an_allow_role_never_refuses_what_was_allowed() =>
        Gen.Select(Worlds, Conditions, Asks).Sample(
            (world, allow, asks) =>
            {
                if (Decide(world, asks) is not AccessAllowed allowed)
                {
                    return true;
                }

                // The exceptions: a second user makes the choice ambiguous; a value that may not be sent refuses the whole; the first role that names
                // users ends the default, which is the own name.
                var after = Decide(With(world, new WrittenRole { Allow = allow }), asks);
                return after is AccessAllowed
                    || IsAmbiguous(after)
                    || IsUnsendable(after)
                    || (allowed.Principal.User == Person && after is AccessDenied { Message: OwnNameRefused });
            },
            iter: 700);

    [Fact]
    public void The_order_of_roles_and_people_does_not_matter() =>
        Gen.Select(Worlds, Asks).SelectMany((world, asks) => Gen.Shuffle(world.Roles.ToArray()).Select(shuffled => (world, asks, shuffled))).Sample(
            (world, asks, shuffled) =>
            {
                var reordered = world with
                {
                    Roles = shuffled.ToDictionary(),
                    Users = new(world.Users.Reverse().Select(u => KeyValuePair.Create(u.Key, u.Value with { Roles = [.. shuffled.Select(r => r.Key)] }))),
                };
                return Decide(reordered, asks) == Decide(world, asks);
            },
            iter: 400);

    [Fact]
    public void What_is_allowed_can_be_sent_and_is_given_by_a_role() =>
        Gen.Select(Worlds, Asks).Sample(
            (world, asks) => Decide(world, asks) is not AccessAllowed { Principal: var principal }
                || (principal.User.Length > 0
                    && principal.Groups.Append(principal.User).All(v => v.All(c => c is >= ' ' and <= '~') && (v != "system:nodes"))
                    && principal.Groups.SequenceEqual(principal.Groups.Distinct().Order(StringComparer.Ordinal))
                    && (asks.Contains("system:authenticated", StringComparison.Ordinal) || !principal.Groups.Contains("system:authenticated"))),
            iter: 400);

    [Fact]
    public void Whoever_may_not_know_a_cluster_cannot_tell_it_from_one_that_is_not_there() =>
        Gen.Select(Worlds, Asks).Sample(
            (world, asks) =>
            {
                var answer = Decide(world, asks);
                var absent = Decide(world with { Clusters = [] }, asks);
                return answer is not AccessDenied { Message: "kubernetes cluster \"c\" not found" } denied || (absent is AccessDenied other && other.Message == denied.Message && other.Code == denied.Code);
            },
            iter: 400);

    private static AccessWorld Create(WrittenRole[] roles, Dictionary<string, string> labels, Dictionary<string, string[]> traits) => new()
    {
        AllowSystemPrincipals = ["system:masters"],
        Clusters = { ["c"] = labels },
        Roles = roles.Select((r, i) => KeyValuePair.Create($"role-{i}", r)).ToDictionary(),
        Users = { [Person] = new() { Roles = [.. roles.Select((_, i) => $"role-{i}")], Traits = traits }, ["bob"] = new() },
    };

    private static AccessWorld With(AccessWorld world, WrittenRole role) => world with
    {
        Roles = new(world.Roles) { ["added"] = role },
        Users = new(world.Users) { [Person] = world.Users[Person] with { Roles = [.. world.Users[Person].Roles, "added"] } },
    };

    private static AccessDecision Decide(AccessWorld world, string asks) => world.Policy().Decide(world.Question(Person, "c", asks), DateTimeOffset.UnixEpoch);

    private static bool IsAmbiguous(AccessDecision decision) => decision is AccessDenied denied && denied.Message.StartsWith("please select a user", StringComparison.Ordinal);

    private static bool IsUnsendable(AccessDecision decision) =>
        decision is AccessDenied denied && (denied.Message.Contains("begins with system:", StringComparison.Ordinal) || denied.Message.Contains("cannot stand in a request header", StringComparison.Ordinal));

    /// <summary>What the matching roles give before any deny, worked out anew and plainly; null when none matches.</summary>
    private static (HashSet<string> Users, HashSet<string> Groups)? Before(AccessWorld world)
    {
        var labels = LabelSet.From(world.Clusters["c"]);
        var traits = world.Users[Person].Traits;
        var matching = world.Roles.Values.Where(r => r.Allow.Labels.Count > 0 && Selector(r.Allow.Labels, traits)?.Matches(labels) == true).ToList();
        if (matching.Count == 0)
        {
            return null;
        }

        var users = matching.SelectMany(r => r.Allow.Users).SelectMany(u => Fill(u, traits)).ToHashSet();
        return (users.Count > 0 ? users : [Person], matching.SelectMany(r => r.Allow.Groups).SelectMany(g => Fill(g, traits)).ToHashSet());
    }

    private static LabelSelector? Selector(Dictionary<string, string[]> labels, Dictionary<string, string[]> traits)
    {
        var filled = labels
            .Select(l => (Key: Fill(l.Key, traits).FirstOrDefault(""), Values: l.Value.SelectMany(v => Fill(v, traits).DefaultIfEmpty(""))))
            .ToLookup(l => l.Key, l => l.Values.ToEquatableList());
        return filled.Any(f => f.Count() > 1) ? null : LabelSelector.Compile(EquatableMap<EquatableList<string>>.From(filled.Select(f => KeyValuePair.Create(f.Key, f.Single()))), out _);
    }

    private static string[] Fill(string text, Dictionary<string, string[]> traits) =>
        text.StartsWith("{{external.", StringComparison.Ordinal) ? traits.GetValueOrDefault(text["{{external.".Length..^2], []) : [text];
}
