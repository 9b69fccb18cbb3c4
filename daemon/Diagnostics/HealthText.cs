using System.Text;

namespace Tidegate.Diagnostics;

/// <summary>
/// A report as text, in kube-apiserver's form (<c>k8s.io/apiserver/pkg/server/healthz</c>): <c>ok</c> alone when all is well, else a line for each check and
/// a last one with the verdict. A check that is degraded begins with <c>[!]</c>, which kube-apiserver does not have.
/// </summary>
internal static class HealthText
{
    /// <param name="isVerbose">Also when all is well.</param>
    public static string Of(HealthReport report, bool isVerbose)
    {
        if (report.Status == HealthStatus.Ok && !isVerbose)
        {
            return "ok\n";
        }

        var text = new StringBuilder();
        foreach (var check in report.Checks)
        {
            text.Append(LineOf(check)).Append('\n');
        }

        var name = report.Only is { } only ? $"{report.Name}/{only}" : report.Name;
        return text.Append($"{name} check {(report.Status == HealthStatus.Failed ? "failed" : "passed")}\n").ToString();
    }

    private static string LineOf(HealthCheck check) => check.Status switch
    {
        HealthStatus.Ok => $"[+]{check.Name} ok",
        HealthStatus.Degraded => $"[!]{check.Name} degraded: {check.Reason}",
        _ => $"[-]{check.Name} failed: {check.Reason}",
    };
}
