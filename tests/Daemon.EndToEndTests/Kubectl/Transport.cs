namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>How a streaming operation travels.</summary>
public enum Transport
{
    /// <summary>Plain HTTP; the operation does not upgrade.</summary>
    Http,
    Spdy,
    WebSocket,
}
