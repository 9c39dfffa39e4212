module sitetruth

// The oldest release that mapguard supports builds it too.
go 1.21
