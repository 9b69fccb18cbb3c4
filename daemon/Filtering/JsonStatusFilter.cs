namespace Tidegate.Filtering;

/// <summary>Lets of an error what may be told through: see <see cref="JsonStatus"/>. Nothing goes to the client before the end.</summary>
internal sealed class JsonStatusFilter(Func<string, string>? seal) : AnswerFilter((_, _) => false)
{
    public override void Advance(AnswerWindow window)
    {
    }

    public override void Finish(AnswerWindow window)
    {
        var told = JsonStatus.Tell(window.From(0), seal);
        window.Drop(window.End);
        window.Insert(told);
        window.Open();
    }
}
