using Tidegate.Git;

return args is ["fetch-helper"] ? FetchHelper.Run(Console.In, Console.Out) : 0;
