using CsCheck;
using Tidegate.Access;
using Tidegate.Kubernetes;
using Tidegate.Resources;
using Tidegate.State;

namespace Tidegate.Tests.Access;

/// <summary>What must hold of every set of rules over objects, however odd.</summary>
public sealed class ObjectPropertyTests
{
    // What a decision about objects can be asked about: one of them, or a collection.
    private static readonly Gen<string> Asked = Gen.OneOf(ObjectWorld.Request, ObjectWorld.Collection.Select(c => c.Request));

    private static readonly Gen<string> End = Gen.OneOf([.. "bcdf2456789"]).Array[5].Select(c => new string(c));

    [Fact]
    public void Adding_a_deny_never_allows_more_and_never_shows_more() =>
        Gen.Select(ObjectWorld.Any, ObjectWorld.Denying, Asked, Gen.Bool).Sample(
            (world, deny, asked, first) => IsWithin(world.With(deny, first ? "a" : "z").Decide(asked), world.Decide(asked)),
            iter: 600);

    [Fact]
    public void Adding_an_allow_role_never_denies_and_never_hides() =>
        Gen.Select(ObjectWorld.Any, ObjectWorld.Allowing, Asked, Gen.Bool).Sample(
            (world, allow, asked, first) => IsWithin(world.Decide(asked), world.With(allow, first ? "a" : "z").Decide(asked)),
            iter: 600);

    [Fact]
    public void The_order_of_roles_and_of_their_entries_does_not_matter() =>
        Gen.Select(ObjectWorld.Any, Asked)
            .SelectMany((world, asked) => Gen.Shuffle(world.Roles.ToArray()).SelectMany(roles => Gen.Int.Select(seed => (world, asked, roles, seed))))
            .Sample(
                (world, asked, roles, seed) =>
                {
                    var random = new Random(seed);
                    var other = world with { Roles = [.. roles.Select(r => Shuffled(r, random))] };
                    return Same(world.Decide(asked), other.Decide(asked));
                },
                iter: 500);

    [Fact]
    public void The_order_of_documents_and_of_their_keys_does_not_matter() =>
        Gen.Select(ObjectWorld.Any, Asked, Gen.Int).Sample(
            (world, asked, seed) =>
            {
                if (ObjectManifests.Read(world, null) is not { } written)
                {
                    return true;
                }

                var decision = ObjectWorld.Decide(written, asked);
                return Same(decision, ObjectWorld.Decide(ObjectManifests.Read(world, new Random(seed))!, asked)) && Same(decision, world.Decide(asked));
            },
            iter: 500);

    [Fact]
    public void Most_worlds_can_be_written_as_manifests()
    {
        var loaded = 0;
        ObjectWorld.Any.Sample(world => { Interlocked.Add(ref loaded, ObjectManifests.Read(world, null) is null ? 0 : 1); }, iter: 300);
        loaded.ShouldBeGreaterThan(15);
    }

    [Fact]
    public void A_collection_shows_the_objects_that_its_verb_is_allowed_for() =>
        Gen.Select(ObjectWorld.Any, ObjectWorld.Collection).Sample(
            (world, asked) =>
            {
                var decision = world.Decide(asked.Request);
                var rules = world.Rules();
                return ObjectWorld.ObjectsOf(asked.Action).All(o => Shows(decision, o) == MayOne(rules, asked.Action, o));
            },
            iter: 600);

    [Fact]
    public void A_collection_of_one_name_is_allowed_where_the_whole_shows_it_and_shows_no_more_than_that_whatever_it_holds() =>
        Gen.Select(ObjectWorld.Any, ObjectWorld.Collection, Gen.OneOf([.. ObjectWorld.Names])).Sample(
            (world, asked, name) =>
            {
                if (asked.Action is { Verb: ResourceVerbs.DeleteCollection } or { Scope: KindScope.Namespaced, Namespace: "" })
                {
                    return true;
                }

                var one = world.Decide($"{asked.Request}{(asked.Request.Contains('?', StringComparison.Ordinal) ? "&" : "?")}fieldSelector=metadata.name={name}");
                var whole = world.Decide(asked.Request);
                var shown = Shows(whole, (asked.Action.Namespace, name));
                return one is AccessAllowed == shown
                    && (!shown || (Shows(one, (asked.Action.Namespace, name)) && ObjectWorld.Names.All(n => !Shows(one, (asked.Action.Namespace, n)) || Shows(whole, (asked.Action.Namespace, n)))));
            },
            iter: 500);

    [Fact]
    public void The_name_of_a_create_is_read_wherever_it_decides() =>
        Gen.Select(ObjectWorld.Any, Gen.OneOf([.. ObjectWorld.Kinds]), Gen.OneOf([.. ObjectWorld.Namespaces])).Sample(
            (world, kind, ns) =>
            {
                var scope = ObjectTableTests.ScopeOf(kind.ApiGroup, kind.Kind);
                var create = new ResourceAction(ResourceVerbs.Create, kind.ApiGroup, kind.Kind, scope == KindScope.Cluster ? "" : ns, null) { Scope = scope };
                var rules = world.Rules();
                var unread = rules.DecideObject(create).Roles;
                return rules.DependOnName(create) || ObjectWorld.Names.All(n => rules.DecideObject(create with { Name = n }).Roles.SequenceEqual(unread));
            },
            iter: 600);

    [Fact]
    public void A_create_with_a_made_name_is_allowed_only_if_it_is_with_every_name_that_can_be_made() =>
        Gen.Select(ObjectWorld.Any, Gen.OneOf([.. ObjectWorld.Kinds]), Gen.OneOf("web-", "web", "d", "x"), End).Sample(
            (world, kind, beginning, end) =>
            {
                var scope = ObjectTableTests.ScopeOf(kind.ApiGroup, kind.Kind);
                var create = new ResourceAction(ResourceVerbs.Create, kind.ApiGroup, kind.Kind, scope == KindScope.Cluster ? "" : "dev", null) { Scope = scope };
                var rules = world.Rules();
                var made = rules.DecideObject(create with { GeneratedFrom = beginning }).Roles;
                return made.All(rules.DecideObject(create with { Name = beginning + end }).Roles.Contains);
            },
            iter: 600);

    [Fact]
    public void What_restricts_nothing_allows_everything() =>
        Gen.Select(ObjectWorld.Any, Gen.OneOf(Asked, Gen.OneOf("GET /metrics", "POST /x", "GET /apis/unknown.io/v1/things", "GET /api/v1/pods/web"))).Sample(
            (world, asked) =>
            {
                var open = world with { Roles = [.. world.Roles.Where(r => r.Deny.KubernetesResources.Count == 0).Select(ObjectWorld.Opened)] };
                return open.Rules().RestrictsNothing && open.Decide(asked) is AccessAllowed { Filter: null };
            },
            iter: 300);

    [Fact]
    public void The_worlds_give_every_outcome_often()
    {
        var (all, some, none) = (0, 0, 0);
        Gen.Select(ObjectWorld.Any, ObjectWorld.Collection).Sample(
            (world, asked) =>
            {
                _ = world.Decide(asked.Request) switch
                {
                    AccessAllowed { Filter: null } => Interlocked.Increment(ref all),
                    AccessAllowed => Interlocked.Increment(ref some),
                    _ => Interlocked.Increment(ref none),
                };
            },
            iter: 600);

        all.ShouldBeGreaterThan(15);
        some.ShouldBeGreaterThan(15);
        none.ShouldBeGreaterThan(15);
    }

    /// <summary>Whether everything that one decision allows or shows is so by another as well.</summary>
    private static bool IsWithin(AccessDecision less, AccessDecision more) => less switch
    {
        AccessDenied => true,
        AccessAllowed { Filter: null } => more is AccessAllowed { Filter: null },
        AccessAllowed => more is AccessAllowed && Everything().All(o => !Shows(less, o) || Shows(more, o)),
        _ => false,
    };

    private static bool Shows(AccessDecision decision, (string Namespace, string Name) o) =>
        decision is AccessAllowed allowed && (allowed.Filter is not { } filter || filter.Shows(o.Namespace, o.Name));

    private static IEnumerable<(string Namespace, string Name)> Everything() =>
        from ns in ObjectWorld.Namespaces.Append("")
        from name in ObjectWorld.Names
        select (ns, name);

    /// <summary>Whether the verb of a collection is allowed for one object of it; what is deleted with others must not be denied to be deleted alone.</summary>
    private static bool MayOne(ResourceRules rules, ResourceAction collection, (string Namespace, string Name) o)
    {
        var one = collection with { Namespace = o.Namespace, Name = o.Name };
        return rules.DecideObject(one).Roles.Count > 0
            && (one.Verb != ResourceVerbs.DeleteCollection
                || rules.DecideObject(one with { Verb = ResourceVerbs.Delete }).Rule is not { } rule || !rules.Deny.Contains(rule));
    }

    /// <summary>Everything but the line of the rule, which follows the order.</summary>
    private static bool Same(AccessDecision a, AccessDecision b) => (a, b) switch
    {
        (AccessAllowed x, AccessAllowed y) =>
            x.Principal == y.Principal && x.Role == y.Role && x.Filter is null == y.Filter is null && Everything().All(o => Shows(x, o) == Shows(y, o)),
        (AccessDenied x, AccessDenied y) => x.Role == y.Role && x.Code == y.Code,
        _ => false,
    };

    private static Role Shuffled(Role role, Random random) => role with
    {
        Allow = role.Allow with { KubernetesResources = [.. role.Allow.KubernetesResources.OrderBy(_ => random.Next())] },
        Deny = role.Deny with { KubernetesResources = [.. role.Deny.KubernetesResources.OrderBy(_ => random.Next())] },
    };
}
