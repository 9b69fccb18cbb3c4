namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>A kubectl version as a type, so that a test class can name it.</summary>
public interface IKubectlVersion
{
    /// <summary>35 for kubectl 1.35.</summary>
    static abstract int Minor { get; }
}

public sealed class Kubectl124 : IKubectlVersion
{
    public static int Minor => 24;
}

public sealed class Kubectl129 : IKubectlVersion
{
    public static int Minor => 29;
}

public sealed class Kubectl132 : IKubectlVersion
{
    public static int Minor => 32;
}

public sealed class Kubectl135 : IKubectlVersion
{
    public static int Minor => 35;
}
