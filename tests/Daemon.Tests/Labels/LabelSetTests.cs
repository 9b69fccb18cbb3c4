using Tidegate.Labels;

namespace Tidegate.Tests.Labels;

public sealed class LabelSetTests
{
    private static readonly LabelSet Base = LabelSet.From([new("env", "prod"), new("region", "eu")]);

    [Fact]
    public void The_winning_labels_lie_over_the_others()
    {
        var merged = Base.With(LabelSet.From([new("env", "dev"), new("Env", "x")]));

        merged.ToString().ShouldBe("Env=x,env=dev,region=eu");
        Base.ToString().ShouldBe("env=prod,region=eu");
    }

    [Fact]
    public void Nothing_laid_over_is_the_same_set() => Base.With(LabelSet.Empty).ShouldBeSameAs(Base);

    [Fact]
    public void Sets_compare_by_content_in_any_order()
    {
        var other = LabelSet.From([new("region", "eu"), new("env", "prod")]);

        other.ShouldBe(Base);
        other.GetHashCode().ShouldBe(Base.GetHashCode());
        other.Equals((object)Base.With(LabelSet.From([new("env", "dev")]))).ShouldBeFalse();
        LabelSet.From([]).ShouldBeSameAs(LabelSet.Empty);
    }
}
