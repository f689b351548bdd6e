@echo off
rem Starts kd4j. Works from any directory.
rem   JAVA_HOME      the Java to use; else the first on the PATH
rem   KD_JAVA_OPTS   more options for Java, such as -Xmx8g
setlocal
for %%I in ("%~dp0..") do set "KD_HOME=%%~fI"
if not exist "%KD_HOME%\lib\" (
  echo kd: "%KD_HOME%\lib" is missing; build it by 'mvn package'. 1>&2
  exit /b 2
)
set "KD_JAVA=java"
if defined JAVA_HOME set "KD_JAVA=%JAVA_HOME%\bin\java.exe"
"%KD_JAVA%" --version >nul 2>&1
if errorlevel 1 (
  echo kd: there is no Java 17 or later; install one, or set JAVA_HOME to it. 1>&2
  exit /b 2
)
chcp 65001 >nul 2>&1
"%KD_JAVA%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MetaspaceSize=128m -XX:MaxRAMPercentage=25 -Dfile.encoding=UTF-8 %KD_JAVA_OPTS% "-Dkd.home=%KD_HOME%" -cp "%KD_HOME%\lib\*" org.kd4j.experiments.cli.Main %*
exit /b %ERRORLEVEL%
