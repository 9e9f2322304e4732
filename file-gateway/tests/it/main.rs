//! The gateway's promises: its routers asked without a socket, and the program itself from outside.

mod bed;
mod faces;
mod files;
mod forms;
mod mail;
mod problems;
mod process;
