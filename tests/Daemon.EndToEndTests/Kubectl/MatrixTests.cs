namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>Every operation with one kubectl version against one target, over each transport that the version has.</summary>
/// <typeparam name="TTarget">What kubectl talks to.</typeparam>
/// <typeparam name="TVersion">Which kubectl.</typeparam>
public abstract class MatrixTests<TTarget, TVersion>(MatrixTests<TTarget, TVersion>.Run run) : IClassFixture<MatrixTests<TTarget, TVersion>.Run>
    where TTarget : MatrixTarget, new()
    where TVersion : IKubectlVersion
{
    public static IEnumerable<object[]> Cases()
    {
        KubectlBuild build = new(TVersion.Minor, "", "");
        return
            from operation in KubectlOperations.All
            where operation.Since <= TVersion.Minor
            from transport in operation.TransportsOf(build)
            select new object[] { operation.Name, transport };
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Operation_works(string operation, Transport transport) => run.RunAsync(operation, transport);

    /// <summary>The target and the results of one class.</summary>
    public sealed class Run : IAsyncLifetime
    {
        private readonly TTarget target = new();
        private MatrixFixture? matrix;

        public async Task InitializeAsync()
        {
            await target.StartAsync();
            matrix = await MatrixFixture.CreateAsync(TVersion.Minor, target.Describe);
        }

        public Task RunAsync(string operation, Transport transport) => matrix!.RunAsync(operation, transport);

        public async Task DisposeAsync()
        {
            if (matrix is not null)
            {
                await matrix.DisposeAsync();
            }

            await target.DisposeAsync();
        }
    }
}

// One class for each version, so that versions run beside each other. Straight at the simulator: proves it, so that a failure through the gate is the gate's.
public sealed class DirectMatrix124Tests(MatrixTests<DirectTarget, Kubectl124>.Run run) : MatrixTests<DirectTarget, Kubectl124>(run);

public sealed class DirectMatrix129Tests(MatrixTests<DirectTarget, Kubectl129>.Run run) : MatrixTests<DirectTarget, Kubectl129>(run);

public sealed class DirectMatrix132Tests(MatrixTests<DirectTarget, Kubectl132>.Run run) : MatrixTests<DirectTarget, Kubectl132>(run);

public sealed class DirectMatrix135Tests(MatrixTests<DirectTarget, Kubectl135>.Run run) : MatrixTests<DirectTarget, Kubectl135>(run);

public sealed class GateMatrix124Tests(MatrixTests<GateTarget, Kubectl124>.Run run) : MatrixTests<GateTarget, Kubectl124>(run);

public sealed class GateMatrix129Tests(MatrixTests<GateTarget, Kubectl129>.Run run) : MatrixTests<GateTarget, Kubectl129>(run);

public sealed class GateMatrix132Tests(MatrixTests<GateTarget, Kubectl132>.Run run) : MatrixTests<GateTarget, Kubectl132>(run);

public sealed class GateMatrix135Tests(MatrixTests<GateTarget, Kubectl135>.Run run) : MatrixTests<GateTarget, Kubectl135>(run);
