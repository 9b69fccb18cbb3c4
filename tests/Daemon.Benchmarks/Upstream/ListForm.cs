namespace Tidegate.Benchmarks.Upstream;

/// <summary>One of the forms in which clients ask for collections.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Accept">What client-go, respectively <c>kubectl get</c>, sends for it.</param>
internal sealed record ListForm(string Name, string Accept)
{
    public static readonly ListForm Json = new("JSON", "application/json");

    public static readonly ListForm Protobuf = new("protobuf", "application/vnd.kubernetes.protobuf");

    public static readonly ListForm Table = new("Table", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json");
}
