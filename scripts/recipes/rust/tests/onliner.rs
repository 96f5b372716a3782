use onliner::online;

const EINVAL: i32 = 22;

/// Writes to a file of the machine that hotplugfs run names.
fn control(file: &str, text: &str) {
    let machine = std::env::var("HOTPLUGFS").expect("run with hotplugfs run");
    std::fs::write(format!("{machine}/hotplugfs/{file}"), text).unwrap();
}

#[test]
fn busy_twice_then_online() {
    control("faults", "memory43 online EBUSY times=2");
    assert_eq!(online(43).unwrap(), 3);
}

#[test]
fn refused_by_the_zone_rule() {
    assert_eq!(online(40).unwrap_err().raw_os_error(), Some(EINVAL));
}
