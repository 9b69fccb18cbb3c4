Console.WriteLine("simulated-cluster");
